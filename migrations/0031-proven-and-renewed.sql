-- Whether the password itself was given with the second step of proven_at. A passkey is both steps, and no password.
alter table session add column with_password boolean not null default false;
update session set with_password = proven_in_full;

-- When a way back that rested on what is settled, and had a hold, made the second step anew: what it bound is settled too.
alter table account add column renewed_at timestamptz;

-- Ways back that were under way before they named the address that they rest on: each goes to the main one.
update recovery r set email_id = e.id from account_email e
  where e.account_id = r.account_id and e.is_primary and r.email_id is null and r.ended_at is null;
