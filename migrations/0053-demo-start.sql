-- On which day a demonstration began, from which its dates are reckoned; at most one row, and none in an agency.
create table demo_start (
  is_one boolean primary key default true check (is_one),
  first_day date not null
);
-- Those of before had the dates as they were written.
insert into demo_start (first_day) select '2026-11-22' from installation where kind = 'demonstration';
