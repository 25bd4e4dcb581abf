-- Which reminders of an appointment were sent to whom: they are of the time that it had then.
create table appointment_reminder (
  appointment_id uuid not null references appointment (id),
  account_id uuid not null references account (id) on delete cascade,
  starts_at timestamptz not null,
  minutes_before integer not null,
  sent_at timestamptz not null,
  primary key (appointment_id, account_id, starts_at, minutes_before)
);
create index appointment_reminder_account on appointment_reminder (account_id);
