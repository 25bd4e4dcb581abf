import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { DataKey, Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { mayRead } from '../cases/index.ts';
import { type Paper, papersPlace, readPapers } from './papers.ts';

const State = z.enum(['open', 'answered', 'expired', 'withdrawn']);

/** What the agency asks a person to send, as a list has it; what exactly, `papersOf` unseals. */
export type RequestSummary = {
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  readonly state: z.infer<typeof State>;
  readonly stateAt: Date;
  /** `YYYY-MM-DD`; it is a day of the agency, in no zone. */
  readonly dueOn: string;
  /** The letter by which it is asked for. */
  readonly documentId: string | null;
  readonly papersSealed: Buffer;
  /** How it went on, oldest first, without its beginning. */
  readonly history: readonly {
    readonly at: Date;
    readonly state: z.infer<typeof State>;
    readonly dueOn: string | null;
  }[];
};

/** A request with what is asked for. */
export type EvidenceRequest = Omit<RequestSummary, 'papersSealed'> & { readonly papers: readonly Paper[] };

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const Listed = z.array(
  z.object({
    id: z.string(),
    receipt: z.string(),
    at: instant,
    state: State,
    stateAt: instant,
    dueOn: z.string(),
    documentId: z.string().nullable(),
    papersSealed: z.base64().transform((text) => Buffer.from(text, 'base64')),
    history: z.array(z.object({ at: instant, state: State, dueOn: z.string().nullable() })),
  }),
);

/**
 * The requests of a case as one JSON value, newest first, to be read by `readRequests`. A fragment: the statement that it
 * stands in asks whether the case may be read.
 * @param receipt the column that names the case
 * @param which those that count
 */
export function listingRequests(
  receipt: RawBuilder<string>,
  which: 'all' | 'open' = 'all',
): RawBuilder<unknown> {
  const counts = which === 'open' ? sql`and request.state = 'open'` : sql``;
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', request.id, 'receipt', request.receipt, 'at', request.at, 'state', request.state,
      'stateAt', request.state_at, 'dueOn', request.due_on, 'documentId', request.document_id,
      'papersSealed', replace(encode(request.papers_sealed, 'base64'), E'\\n', ''),
      'history', (
        select coalesce(jsonb_agg(jsonb_build_object('at', word.at, 'state', word.state, 'dueOn', word.due_on)
          order by word.at, word.event), '[]')
        from evidence_request_state word where word.request_id = request.id
      )
    ) order by request.at desc, request.id desc), '[]')
    from evidence_request request where request.receipt = ${receipt} ${counts}
  )`;
}

/**
 * Whether a thing is an open request for papers that is due by a day. A condition.
 * @param ref the column that names the thing, as text
 * @param day `YYYY-MM-DD`
 */
export const isDueBy = (ref: RawBuilder<string>, day: RawBuilder<string>): RawBuilder<boolean> => sql`exists (
    select from evidence_request request
    where request.id::text = ${ref} and request.state = 'open' and request.due_on <= ${day}::date)`;

/** What `listingRequests` gave. */
export const readRequests = (value: unknown): readonly RequestSummary[] => Listed.parse(value);

/** What a request asks for, by the data key of its case. */
export const papersOf = (request: RequestSummary, caseKey: DataKey): readonly Paper[] =>
  readPapers(caseKey.unseal(request.papersSealed, papersPlace(request.id)));

export type EvidenceRequests = {
  /** Every request of the cases of an account, the newest of each case first. One trip to the database. */
  requestsOf(accountId: string, which?: 'all' | 'open'): Promise<readonly EvidenceRequest[]>;
};

/** Reads what the agency asks people to send. */
export function makeEvidenceRequests({
  database,
  vault,
}: {
  readonly database: Database;
  readonly vault: Vault;
}): EvidenceRequests {
  const select = async (accountId: string, which: 'all' | 'open') => {
    const { rows } = await sql<{ dataKey: Buffer; requests: unknown }>`
      select own.data_key as "dataKey", ${listingRequests(sql.ref('own.receipt'), which)} as requests
      from case_record own
      where ${mayRead(accountId, sql.ref('own.receipt'))}
        and exists (select from evidence_request request where request.receipt = own.receipt)
      order by own.receipt`.execute(database);
    return rows.flatMap(({ dataKey, requests }) => {
      const key = vault.openDataKey(dataKey);
      return readRequests(requests).map(({ papersSealed, ...request }) => ({
        ...request,
        papers: papersOf({ ...request, papersSealed }, key),
      }));
    });
  };
  return {
    requestsOf: (accountId, which = 'all') => select(accountId, which),
  };
}
