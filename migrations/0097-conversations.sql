-- What people and the agency write to each other. A conversation is about a case, or about none, and has a data key of its own,
-- under which all that is said in it is sealed.
create table conversation (
  id uuid primary key,
  -- Who began it, and alone reads it; null where the agency did, for whoever may read its case.
  account_id uuid references account (id) on delete cascade,
  receipt text collate "C" references case_record (receipt),
  -- One of the agency's topics.
  topic text not null,
  data_key bytea not null,
  -- The closed one that it goes on from.
  follows uuid references conversation (id) on delete cascade,
  begun_at timestamptz not null,
  -- Of its newest message.
  last_at timestamptz not null,
  -- When Portico heard of the agency's newest word that is news; null where there is none.
  told_at timestamptz,
  -- The day by which an answer is promised; null while nobody waits for one.
  answer_by date,
  closed_at timestamptz,
  check (account_id is not null or receipt is not null)
);
create index conversation_account on conversation (account_id, last_at);
create index conversation_receipt on conversation (receipt);
create unique index conversation_follows on conversation (follows, account_id);

create table conversation_message (
  id uuid primary key,
  conversation_id uuid not null references conversation (id) on delete cascade,
  -- Who wrote it; null for the agency.
  account_id uuid references account (id) on delete cascade,
  -- The agency's own id of it; null for a person's.
  event text collate "C" unique,
  at timestamptz not null,
  recorded_at timestamptz not null,
  -- Null where the agency only closes.
  text_sealed bytea,
  closes boolean not null,
  digest bytea not null,
  -- When the agency said that it has a person's message.
  acknowledged_at timestamptz,
  check ((account_id is null) = (event is not null)),
  check (text_sealed is not null or closes)
);
create index conversation_message_conversation on conversation_message (conversation_id, at, id);
create index conversation_message_account on conversation_message (account_id, recorded_at);
create index conversation_message_waiting on conversation_message (recorded_at, id)
  where account_id is not null and acknowledged_at is null;

-- Files that came with a message: checked, and pictures made anew, before they are kept.
create table message_file (
  id uuid primary key,
  message_id uuid not null references conversation_message (id) on delete cascade,
  -- Among those of its message, from 1 on.
  place integer not null,
  blob_id uuid not null,
  blob_key_sealed bytea not null,
  name_sealed bytea not null,
  media_type text not null,
  size bigint not null,
  sha256 bytea not null,
  unique (message_id, place)
);
create index message_file_blob on message_file (blob_id);

-- Up to which of the agency's words an account has read a conversation.
create table conversation_reading (
  conversation_id uuid references conversation (id) on delete cascade,
  account_id uuid references account (id) on delete cascade,
  read_at timestamptz not null,
  primary key (conversation_id, account_id)
);
create index conversation_reading_account on conversation_reading (account_id);

-- How many messages an account has sent on its newest day of the agency's. Its row is held while one is being sent.
create table correspondent (
  account_id uuid primary key references account (id) on delete cascade,
  day date not null,
  sent integer not null
);
