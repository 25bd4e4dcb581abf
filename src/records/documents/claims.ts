import { sql } from 'kysely';
import type { Database } from '../../platform/database/index.ts';

/** A document that waits for its files, which nobody else makes meanwhile. */
export type Claimed = {
  readonly id: string;
  readonly receipt: string;
  readonly form: string;
  readonly issuedOn: string;
  readonly template: string;
  readonly version: number;
  readonly dataKey: Buffer;
  readonly dataSealed: Buffer;
  readonly codeSealed: Buffer;
  readonly tries: number;
  readonly claimedUntil: Date;
  /** In which there is a file already. */
  readonly languages: readonly string[];
};

/** Claims the document whose turn it is, by one short statement: its row stays free for all others. */
export async function claimDocument(
  database: Database,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<Claimed | undefined> {
  const { rows } = await sql<Claimed>`
    update document set claimed_until = ${until}::timestamptz
    from case_record own
    where document.id = (
        select id from document
        where rendering = 'waiting' and next_at <= ${now}::timestamptz
          and (claimed_until is null or claimed_until <= ${now}::timestamptz)
        order by next_at, id limit 1
        for no key update skip locked
      ) and own.receipt = document.receipt
    returning document.id, document.receipt, own.form, issued_on as "issuedOn", template, template_version as version,
      own.data_key as "dataKey", data_sealed as "dataSealed", code_sealed as "codeSealed", tries,
      claimed_until as "claimedUntil",
      array(select language from document_rendering where document_id = document.id) as languages`.execute(
    database,
  );
  return rows[0];
}

type Held = Pick<Claimed, 'id' | 'claimedUntil'>;

/** Of a claim that ran out, and so may be another's, nothing is written. */
const held = ({ id, claimedUntil }: Held) =>
  sql`id = ${id}::uuid and rendering = 'waiting' and claimed_until = ${claimedUntil}::timestamptz`;

/** Lets it wait until an instant, after it was tried in vain. */
export async function putOff(database: Database, document: Held, until: Date): Promise<void> {
  await sql`
    update document set claimed_until = null, tries = tries + 1, next_at = ${until}::timestamptz
    where ${held(document)}`.execute(database);
}

/** Lets it wait as before it was claimed. */
export async function release(database: Database, document: Held): Promise<void> {
  await sql`update document set claimed_until = null where ${held(document)}`.execute(database);
}

/** @param failure why it cannot be made, with nothing personal */
export async function giveUp(database: Database, document: Held, failure: string): Promise<void> {
  await sql`
    update document set rendering = 'failed', failure = ${failure}, claimed_until = null, next_at = null
    where ${held(document)}`.execute(database);
}

/** Says that there are files in these languages, which are in order. */
export async function settleMade(
  database: Database,
  document: Held,
  languages: readonly string[],
): Promise<void> {
  await sql`
    update document set rendering = 'made', rendered_in = ${languages.join(' ')}, failure = null, tries = 0,
      claimed_until = null, next_at = null
    where ${held(document)}`.execute(database);
}

/**
 * Lets documents wait that were made for other languages than these, which are in order.
 * @returns how many, of at most so many
 */
export async function waitForLanguages(
  database: Database,
  languages: readonly string[],
  now: Date,
  most: number,
): Promise<number> {
  const all = languages.join(' ');
  // Two ranges, which the index knows, where "differs" is one that it does not.
  const { numAffectedRows } = await sql`
    update document set rendering = 'waiting', next_at = ${now}::timestamptz
    where id in (
      select id from document where rendering = 'made' and (rendered_in < ${all} or rendered_in > ${all})
      limit ${most} for no key update skip locked
    )`.execute(database);
  return Number(numAffectedRows ?? 0);
}
