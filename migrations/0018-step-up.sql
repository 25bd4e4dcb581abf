-- Whether the password was given with the second step of proven_at, or a passkey that is both.
alter table session add column proven_in_full boolean not null default false;
