-- What an emailed link of a way back was, once it opens nothing: whoever opens it is told that it was used, is too old, or that a
-- newer one was sent. It is kept as long as the way back is.
alter table recovery add column sent_link_hash bytea unique;
