-- With which login an operator asked, so that nobody approves from it under another name; null for what was asked before.
alter table restoration add column asked_login text;
