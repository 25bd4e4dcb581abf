-- Codes on their way by text message, one row a message. They are kept for a day, used or not, since they are counted.
create table sms_code (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  -- Nothing once the phone is removed: its code then no longer works, and is still counted.
  phone_id uuid references account_phone (id) on delete set null,
  number_index bytea not null,
  -- What a right one does: prove a number that is new to the account, or take a second step.
  purpose text not null check (purpose in ('new-number', 'second-step')),
  -- What asks for it and alone takes it: the number that waits; a sign-in, a session or a way back.
  attempt uuid not null,
  -- Nothing once it was used or another took its place.
  code_hash bytea,
  sent_at timestamptz not null,
  expires_at timestamptz not null
);
create index sms_code_attempt on sms_code (attempt);
create index sms_code_number on sms_code (number_index, sent_at);
create index sms_code_account on sms_code (account_id, sent_at);
create index sms_code_phone on sms_code (phone_id);
create index sms_code_sent_at on sms_code (sent_at);
