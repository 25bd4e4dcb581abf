import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Clock } from '../../platform/clock/index.ts';
import type { DataKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type CaseCatalogue, endedStatuses, linkedSince, mayRead } from '../cases/index.ts';
import { changing } from '../changes/index.ts';
import { CONTACT_SEALED, type ContactDetails, readDetails, written } from './details.ts';
import { goesElsewhere } from './safe-address.ts';

/** Whose contact details they are, and what opens them. */
export type ContactOwner = { readonly accountId: string; readonly key: DataKey };

/** What a person said at a time. */
export type ContactVersion = {
  readonly id: string;
  readonly version: number;
  readonly at: Date;
  readonly details: ContactDetails;
};

/** How far the office of a case has the newest version. */
export type OfficeState =
  | { readonly is: 'has'; readonly since: Date }
  /** It can be read by the office since then, which has not confirmed it; `earlier` is the one that it has. */
  | {
      readonly is: 'sent';
      readonly at: Date;
      readonly earlier: { readonly id: string; readonly at: Date } | null;
    }
  /** The case has ended, so that nothing more reaches its office. */
  | { readonly is: 'ended' };

/** A version that the office of a case has. */
type Received = { readonly contact: string; readonly at: Date };

/** A case that contact details reach or reached, and whether its office has the newest; null where there are none yet. */
export type ContactCase = {
  readonly receipt: string;
  readonly form: string;
  readonly office: OfficeState | null;
  readonly received: readonly Received[];
};

export type Contact = {
  /** Newest first, and so the first is what counts. */
  readonly versions: readonly ContactVersion[];
  /**
   * Those that are open, and those that have ended whose office had a version; by their numbers. One whose letters go to an
   * agreed address is not among them, as if it had ended: whoever looks at the page of somebody in danger learns nothing.
   */
  readonly cases: readonly ContactCase[];
};

export type ContactChange = { readonly is: 'changed'; readonly id: string } | { readonly is: 'unchanged' };

export type Contacts = {
  /** All that there is of contact details. One trip to the database. */
  contactOf(owner: ContactOwner): Promise<Contact>;
  /**
   * Takes the place of what the person said before, and notes it for each open case that it reaches.
   * @param transaction the caller's own, in which only security events may be written after this; nobody else changes the
   * same account at the same time
   * @param beforehand what else is written where something changes
   */
  change(
    transaction: Database,
    owner: ContactOwner,
    details: ContactDetails,
    beforehand?: () => Promise<void>,
  ): Promise<ContactChange>;
};

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const Versions = z.array(z.object({ id: z.uuid(), version: z.number(), at: instant, sealed: z.string() }));
const Cases = z.array(
  z.object({
    receipt: z.string(),
    form: z.string(),
    isOpen: z.boolean(),
    linkedAt: instant,
    received: z.array(z.object({ contact: z.uuid(), at: instant })),
  }),
);

/** Keeps where people live and get letters, and whether the offices of their cases have it. */
export function makeContacts({
  database,
  clock,
  catalogue,
}: {
  readonly database: Database;
  readonly clock: Clock;
  readonly catalogue: CaseCatalogue;
}): Contacts {
  const ended = endedStatuses(catalogue);

  const read = async (from: Database, { accountId, key }: ContactOwner): Promise<Contact> => {
    const { rows } = await sql<{ versions: unknown; cases: unknown }>`
      select (
        select coalesce(jsonb_agg(jsonb_build_object(
          'id', id, 'version', version, 'at', at, 'sealed', encode(details_sealed, 'base64')
        ) order by version desc), '[]')
        from contact_version where account_id = ${accountId}
      ) as versions, (
        select coalesce(jsonb_agg(jsonb_build_object(
          'receipt', own.receipt, 'form', own.form,
          'linkedAt', ${linkedSince(accountId, sql.ref('own.receipt'))},
          'isOpen', own.status <> all(${ended}::text[]), 'received', office.received
        ) order by own.receipt), '[]')
        from case_record own
        cross join lateral (
          select coalesce(jsonb_agg(jsonb_build_object('contact', said.contact_id, 'at', said.at)), '[]') as received
          from contact_acknowledgement said
          join contact_version version on version.id = said.contact_id and version.account_id = ${accountId}
          where said.receipt = own.receipt
        ) office
        where ${mayRead(accountId, sql.ref('own.receipt'))} and not ${goesElsewhere(sql.ref('own.receipt'))}
          and (own.status <> all(${ended}::text[]) or office.received <> '[]')
      ) as cases`.execute(from);
    const versions = Versions.parse(rows[0]?.versions).map(
      ({ sealed, ...version }): ContactVersion => ({
        ...version,
        details: readDetails(key.unseal(Buffer.from(sealed, 'base64'), CONTACT_SEALED.place(version.id))),
      }),
    );
    const cases = Cases.parse(rows[0]?.cases).map(
      ({ receipt, form, received, ...found }): ContactCase => ({
        receipt,
        form,
        received,
        office: officeState(versions, { received, ...found }),
      }),
    );
    return { versions, cases };
  };

  return {
    contactOf: (owner) => read(database, owner),

    change: async (transaction, owner, details, beforehand) => {
      const { versions, cases } = await read(transaction, owner);
      const [newest] = versions;
      if (newest !== undefined && written(newest.details) === written(details)) return { is: 'unchanged' };
      await beforehand?.();
      const { accountId, key } = owner;
      const id = uuid();
      const at = clock.now();
      await changing(transaction, clock, 'person', async (inner, note) => {
        await inner
          .insertInto('contact_version')
          .values({
            id,
            account_id: accountId,
            version: (newest?.version ?? 0) + 1,
            at,
            details_sealed: key.seal(written(details), CONTACT_SEALED.place(id)),
          })
          .execute();
        for (const { receipt, office } of cases)
          if (office?.is !== 'ended') note({ kind: 'contact-changed', receipt, accountId, ref: id, at });
      });
      return { is: 'changed', id };
    },
  };
}

/** How far the office has the newest version. A line may come late, and its clock may differ. */
function officeState(
  versions: readonly ContactVersion[],
  { linkedAt, isOpen, received }: Omit<z.infer<typeof Cases>[number], 'receipt' | 'form'>,
): OfficeState | null {
  const [newest] = versions;
  if (newest === undefined) return null;
  const said = (id: string) => received.find(({ contact }) => contact === id);
  const has = said(newest.id);
  if (has !== undefined) return { is: 'has', since: later(has.at, newest.at) };
  const earlier = versions.find(({ id }) => said(id) !== undefined);
  if (!isOpen) return { is: 'ended' };
  return {
    is: 'sent',
    at: later(newest.at, linkedAt),
    earlier: earlier === undefined ? null : { id: earlier.id, at: earlier.at },
  };
}

const later = (one: Date, other: Date): Date => (one > other ? one : other);
