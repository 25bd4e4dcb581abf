import { sql } from 'kysely';
import type { Database } from './database.ts';

/** What serving never writes: chain and stream are appended to by their functions, the others when migrating. */
const READ_ONLY = [
  'security_event',
  'change',
  'schema_migration',
  'schema_migration_lock',
  'schema_migration_file',
  'installation',
];

/** The role that a connection acts as. */
export async function roleOf(database: Database): Promise<string> {
  const { rows } = await sql<{ role: string }>`select current_user as role`.execute(database);
  return rows[0]?.role ?? '';
}

/**
 * Gives a role the rights to serve pages and do jobs, and no others (ASVS 13.2.2): rows of the tables, but neither the
 * tables themselves nor what is only ever added to. Called after migrating, since new tables need rights too.
 * @param owner a connection of the role that owns the tables
 * @throws where the role owns them itself, or everything
 */
export async function grantServing(owner: Database, role: string): Promise<void> {
  const { rows } = await sql<{ is_more: boolean }>`
    select rolsuper or pg_has_role(oid, current_user, 'member') as is_more from pg_roles
    where rolname = ${role}`.execute(owner);
  if (rows[0]?.is_more !== false)
    throw new Error(`the role "${role}" of DATABASE_URL has the rights of the one of DATABASE_OWNER_URL`);
  const to = sql.id(role);
  await owner.transaction().execute(async (transaction) => {
    await sql`grant usage on schema public, graphile_worker to ${to}`.execute(transaction);
    for (const schema of ['public', 'graphile_worker']) {
      const name = sql.id(schema);
      await sql`grant select, insert, update, delete on all tables in schema ${name} to ${to}`.execute(
        transaction,
      );
      await sql`grant usage, select on all sequences in schema ${name} to ${to}`.execute(transaction);
    }
    // The queue hides its rows from everybody but the owner unless a policy says otherwise.
    const { rows: hidden } = await sql<{ table: string }>`
      select oid::regclass::text as table from pg_class
      where relrowsecurity and relnamespace = 'graphile_worker'::regnamespace`.execute(transaction);
    for (const { table } of hidden) {
      await sql`drop policy if exists portico_serving on ${sql.table(table)}`.execute(transaction);
      await sql`create policy portico_serving on ${sql.table(table)} to ${to} using (true)`.execute(
        transaction,
      );
    }
    for (const table of READ_ONLY)
      await sql`revoke insert, update, delete on ${sql.table(table)} from ${to}`.execute(transaction);
  });
}
