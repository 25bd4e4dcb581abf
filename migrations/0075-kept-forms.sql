-- In which browser alone a kept form is shown, by a digest of what only it has; empty where its account alone decides, as
-- after a time-out. Whoever was signed out elsewhere leaves nothing for another browser to find.
alter table kept_form add column browser bytea not null default '';
-- Where the form is posted to, where that is known; its page is in "path".
alter table kept_form add column action text;
alter table kept_form drop constraint kept_form_pkey;
alter table kept_form add primary key (account_id, path, browser);
