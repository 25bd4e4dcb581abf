-- Whoever waits may go on in another browser, with a code that the page of the wait shows; it stays readable, sealed,
-- while the way back is open.
alter table recovery add column elsewhere_hash bytea unique, add column elsewhere_sealed bytea;
