-- Times at which an office sees people, as the agency offers them. The wall time and the zone are the agency's word; the instant
-- is what they came to when it was said.
create table appointment_slot (
  id uuid primary key,
  office text collate "C" not null,
  type text collate "C" not null,
  starts_at timestamptz not null,
  wall_time text collate "C" not null,
  zone text collate "C" not null,
  -- How many people the agency wants to see then; 0 where it took the time back.
  capacity integer not null check (capacity >= 0),
  -- The newest word of it: an older one that comes later changes nothing.
  said_at timestamptz not null,
  said_by text collate "C" not null,
  unique (office, type, starts_at)
);

-- The lines by which the agency said so.
create table appointment_slot_line (
  event text collate "C" primary key,
  at timestamptz not null,
  digest bytea not null,
  imported_at timestamptz not null
);

-- What people were told to come to, or to choose a time for.
create table appointment (
  id uuid primary key,
  -- The agency's own id of it.
  event text collate "C" not null unique,
  receipt text collate "C" not null references case_record (receipt),
  type text collate "C" not null,
  state text not null check (state in ('offered', 'fixed', 'cancelled', 'done', 'missed')),
  state_at timestamptz not null,
  -- Rises with everything that is done to it, so that what was made for an earlier state is known.
  version integer not null default 1,
  -- The offices among which a person may choose.
  offices text[] not null,
  choose_by date,
  office text collate "C",
  starts_at timestamptz,
  wall_time text collate "C",
  zone text collate "C",
  -- When somebody said that they come.
  confirmed_at timestamptz,
  -- How often the person moved it.
  moves integer not null default 0,
  needs_sealed bytea,
  -- Up to which of the agency's own words it stands.
  said_at timestamptz not null,
  said_by text collate "C" not null,
  -- Since when an earlier time is wished for.
  earlier_since timestamptz,
  check (state <> 'fixed' or (office is not null and starts_at is not null and wall_time is not null and zone is not null))
);
-- Nobody has two for one purpose at a time.
create unique index appointment_live on appointment (receipt, type) where state in ('offered', 'fixed');
create index appointment_case on appointment (receipt, starts_at, id);
create index appointment_coming on appointment (starts_at) where state = 'fixed';
create index appointment_earlier on appointment (earlier_since) where state = 'fixed' and earlier_since is not null;

-- All that was done to an appointment, by the agency and by the person.
create table appointment_history (
  id uuid primary key,
  appointment_id uuid not null references appointment (id),
  did text not null check (did in ('offered', 'fixed', 'chosen', 'confirmed', 'moved', 'cancelled', 'done', 'missed')),
  at timestamptz not null,
  -- The agency's own id of its line, and what that line said; null where the person did it.
  event text collate "C" unique,
  digest bytea,
  office text collate "C",
  starts_at timestamptz,
  -- Why the person did it, by the agency's code; what the agency says of it is sealed.
  reason text collate "C",
  note_sealed bytea,
  recorded_at timestamptz not null,
  check ((event is null) = (digest is null))
);
create index appointment_history_of on appointment_history (appointment_id, at, id);

-- One row for each person that a time has room for: a place has one appointment at most, whoever writes it and in which order.
create table appointment_place (
  slot_id uuid not null references appointment_slot (id),
  number integer not null check (number >= 1),
  -- The agency took it back: who has it keeps it, nobody else gets it.
  withdrawn boolean not null default false,
  appointment_id uuid references appointment (id),
  -- While it is only kept for somebody who is choosing; null once it is theirs. It ends by the time alone.
  held_until timestamptz,
  primary key (slot_id, number),
  check (held_until is null or appointment_id is not null)
);
create unique index appointment_place_own on appointment_place (appointment_id) where held_until is null;
create unique index appointment_place_held on appointment_place (appointment_id) where held_until is not null;
