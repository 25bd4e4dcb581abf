-- When a number got a notice as a text message, whosever account it was about: to count them, and for a day.
create table notice_text (
  number_index bytea not null,
  sent_at timestamptz not null
);
create index notice_text_number on notice_text (number_index, sent_at);
create index notice_text_sent_at on notice_text (sent_at);
