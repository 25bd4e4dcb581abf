-- Of which earlier times the people of an appointment know: those that were free when they asked, and those that they were told of.
create table appointment_known_time (
  appointment_id uuid not null references appointment (id),
  slot_id uuid not null references appointment_slot (id),
  at timestamptz not null,
  primary key (appointment_id, slot_id)
);
