-- Which of the agency's offices has the case from this event on, by its code, where the feed names one.
alter table case_event add column office text collate "C";

-- From when to when a case waits for a decision, in calendar days of the agency: one row a case whose start is known.
-- It is of a case that is there, since it is read of that case's own events, and cases are never removed.
create table case_wait (
  receipt text collate "C" primary key,
  form text collate "C" not null,
  -- Empty where the feed has named none.
  office text collate "C" not null,
  started_on date not null,
  ended_on date,
  outcome text check (outcome in ('decided', 'stopped')),
  check ((ended_on is null) = (outcome is null)),
  check (ended_on >= started_on)
);

-- How many waits there are of each length, so that nobody has to read them to know. Those that have ended stand under the
-- month of their end, the others under "infinity".
create table wait_count (
  form text collate "C" not null,
  month date not null,
  office text collate "C" not null,
  kind text collate "C" not null check (kind in ('open', 'began', 'decided', 'stopped')),
  -- "open" and "began": the day of the start, counted from 1970. "decided" and "stopped": the days from start to end.
  day integer not null,
  cases integer not null,
  primary key (form, month, office, kind, day)
);

-- What the waits of each form come to, and of each office for it. The empty office stands for all of them.
create table waiting_time (
  form text collate "C" not null,
  office text collate "C" not null,
  since date not null,
  until date not null,
  decided integer not null,
  waiting integer not null,
  -- Days by which 10, 50 and 90 in 100 are decided; null where that share was never reached.
  low integer,
  middle integer,
  high integer,
  -- Up to how many days enough cases were seen to know.
  observed integer not null,
  primary key (form, office)
);

-- By which rules waits are counted, how far a count of all has come (null: there is none), and the day of the estimates.
create table wait_progress (
  only_row boolean primary key default true check (only_row),
  rules text not null,
  after text collate "C",
  estimated_on date
);
insert into wait_progress (rules) values ('');
-- What is there already is counted by a count of all.
insert into stream_reader (name, seq) select 'waiting-times', coalesce(max(seq), 0) from change;
