-- Where strangers used up what an account is sent, one link for a day lets the browser that opens it ask again. It is
-- counted for the address that it went to.
alter table recovery add column is_pass boolean not null default false;
