-- Up to which change a person has seen what is new: on the visit that goes on, and on those before it.
create table account_seen (
  account_id uuid primary key references account (id) on delete cascade,
  -- What came after it is marked as new until the visit ends.
  before_seq bigint not null,
  seq bigint not null,
  at timestamptz not null
);
create index change_receipt on change (receipt, seq) where receipt is not null;
