-- Proofs of work that were accepted, each until it would have expired anyway. Lost in a crash, a proof of the last
-- minutes works a second time, which is why these two need no log.
create unlogged table spent_proof (
  nonce bytea primary key,
  expires_at timestamptz not null
);
create index spent_proof_expires_at on spent_proof (expires_at);

-- When a network was last let in for having waited. A subject is a keyed digest of form and network.
create unlogged table proof_wait (
  subject bytea primary key,
  ended_at timestamptz not null
);
create index proof_wait_ended_at on proof_wait (ended_at);

-- How many sign-ups were begun lately, in all and from one network.
create index sign_up_created_at on sign_up (created_at);
create index sign_up_network on sign_up (network_index, created_at);
