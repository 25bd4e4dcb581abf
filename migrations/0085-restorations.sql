-- That an operator of the agency asked to let somebody back in who lost everything, until another one approves it or a
-- day is over. An account has one at a time; what became of it is in the chain of security events.
create table restoration (
  account_id uuid primary key references account (id) on delete cascade,
  asked_by text not null,
  asked_at timestamptz not null,
  expires_at timestamptz not null
);
create index restoration_expires_at on restoration (expires_at);

-- A way back that rests on papers that two operators of the agency have seen.
alter table recovery drop constraint recovery_lost_check;
alter table recovery add constraint recovery_lost_check
  check (lost in ('nothing', 'password', 'second-step', 'both', 'everything'));
