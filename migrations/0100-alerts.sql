-- How an account wants to hear that something changed; without a row, as everybody does who chose nothing. What is off
-- by email and what is on otherwise is named, so that a group that comes later begins as it does for everybody.
create table alert_choice (
  account_id uuid primary key references account (id) on delete cascade,
  email_off text[] not null,
  text_on text[] not null,
  -- Minutes of the day on the person's own clock, between which nothing is sent that can wait.
  quiet_from smallint check (quiet_from between 0 and 1439),
  quiet_until smallint check (quiet_until between 0 and 1439),
  check ((quiet_from is null) = (quiet_until is null)),
  check (quiet_from <> quiet_until)
);

-- Accounts that something is to be told, and when that is looked at next; null where nothing waits.
create table alert_turn (
  account_id uuid primary key references account (id) on delete cascade,
  due_at timestamptz,
  told_at timestamptz
);
create index alert_turn_due on alert_turn (due_at) where due_at is not null;

-- That an account was told that something changed. It says how much, and nowhere what.
create table alert (
  id uuid primary key,
  account_id uuid not null references account (id) on delete cascade,
  made_at timestamptz not null
);
create index alert_account on alert (account_id);
create index alert_made on alert (made_at);

-- A change of the stream that an account is to hear of, and the alert that told of it.
create table alert_change (
  account_id uuid not null references account (id) on delete cascade,
  seq bigint not null,
  told_by uuid references alert (id) on delete cascade,
  primary key (account_id, seq)
);
create index alert_change_told on alert_change (told_by) where told_by is not null;

-- Each message by which an alert went out. Its id is that of the message.
create table alert_delivery (
  id uuid primary key,
  alert_id uuid not null references alert (id) on delete cascade,
  channel text collate "C" not null check (channel in ('email', 'sms')),
  -- The id of the address, or of the telephone.
  to_id uuid not null,
  failed_at timestamptz
);
create index alert_delivery_alert on alert_delivery (alert_id);

-- An address of an account from which mail came back. It is forgotten with the address.
create table alert_bounce (
  email_id uuid primary key references account_email (id) on delete cascade,
  account_id uuid not null references account (id) on delete cascade,
  bounced_at timestamptz not null
);
create index alert_bounce_account on alert_bounce (account_id);

-- What changed before there were alerts is nothing to be alerted to.
insert into stream_reader (name, seq) select 'alerts', coalesce(max(seq), 0) from change
on conflict do nothing;
