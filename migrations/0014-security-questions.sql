-- The questions that a person chose, and one hash of all answers to them together: whoever has the table has to guess
-- all of them at once.
create table security_question (
  account_id uuid primary key references account (id) on delete cascade,
  questions text[] not null check (cardinality(questions) = 3),
  answers_hash text not null,
  set_at timestamptz not null
);

alter table recovery
  -- How often answers were tried on this way back.
  add column answer_tries integer not null default 0,
  -- When right answers shortened its hold, which they do once.
  add column answered_at timestamptz;
