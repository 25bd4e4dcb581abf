-- Where strangers used up what an address is sent, one link for a day begins a sign-up in the browser that opens it.
alter table sign_up add column is_pass boolean not null default false;
