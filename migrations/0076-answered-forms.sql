-- What a posted form was answered with, for minutes, so that the same form sent twice is handled once. The answer is sealed
-- under a key made of the form as it was sent, which is not stored.
create table answered_form (
  id bytea primary key,
  -- Null while it is being handled.
  answer bytea,
  ends_at timestamptz not null
);
create index answered_form_ends_at on answered_form (ends_at);
