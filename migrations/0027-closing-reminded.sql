-- The end of which the person was reminded: of another end they are reminded anew.
alter table account add column closing_reminded_of timestamptz;
