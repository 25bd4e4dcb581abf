-- Cases that the agency took out of an account. It gets none of them again by its agency number, only by a claim.
create table case_release (
  account_id uuid not null references account (id) on delete cascade,
  receipt text collate "C" not null references case_record (receipt),
  released_at timestamptz not null,
  primary key (account_id, receipt)
);
create index case_release_receipt on case_release (receipt);
