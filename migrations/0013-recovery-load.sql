-- How many ways back were begun lately, in all and from one network.
create index recovery_created_at on recovery (created_at);
create index recovery_network on recovery (network_index, created_at);
