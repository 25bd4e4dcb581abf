import { type RawBuilder, sql } from 'kysely';
import { validate as isUuid, v7 as uuid } from 'uuid';
import { z } from 'zod';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { after, type Clock, DAY, HOUR, MINUTE } from '../../../platform/clock/index.ts';
import {
  type DataKey,
  newToken,
  sealedColumn,
  tokenHash,
  type Vault,
} from '../../../platform/crypto/index.ts';
import type { Consume, Database } from '../../../platform/database/index.ts';
import type { FitToKeep, Typed } from '../../../platform/http/index.ts';
import {
  type AccountId,
  asAccountId,
  lockAccount,
  openFullName,
  openNameInUse,
} from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { type Counted, clearing } from '../../core/throttling/index.ts';
import * as store from './store.ts';

/** A person who is signed in, as a route sees them. */
export type Session = {
  readonly id: string;
  readonly accountId: AccountId;
  readonly key: DataKey;
  /** As the papers have it. */
  readonly fullName: string;
  /** How the person wants to be called. */
  readonly name: string;
  readonly language: string;
  /** When it ends unless the person does something. */
  readonly idleEndsAt: Date;
  /** When it ends whatever the person does. */
  readonly endsAt: Date;
  /** When a second step was last taken in it; null when it was begun without one. */
  readonly provenAt: Date | null;
  /** Whether that was both steps of a sign-in: the password too, or a passkey. */
  readonly provenInFull: boolean;
  /** Whether the password itself was given with it. */
  readonly withPassword: boolean;
  /** The device that it was begun from, while the account knows it. */
  readonly deviceId: string | null;
  /** Whether there are backup codes that the person has not yet said they have. */
  readonly owesAcknowledgement: boolean;
  /** Whether the person said that somebody else may be in the account: credentials stay as they are. */
  readonly alarmed: boolean;
  /** When the account is erased, where its person asked for that. */
  readonly closesAt: Date | null;
  /** Whether a way back into the account waits for its hold, or may be finished. */
  readonly isHeld: boolean;
  /** Whether something that was typed is kept for the account. */
  readonly keeps: boolean;
  /** How many things its person has not read. */
  readonly unread: number;
};

/** The path of the page that a form is on, and of where it is posted to; null for the one that its page is about. */
export type FormPlace = { readonly path: string; readonly action: string | null };

export type KeptForm = { readonly action: string | null; readonly typed: Typed };

/** Whose a kept form is, and under which key it is sealed. */
export type Owner = Pick<Session, 'accountId' | 'key'>;

/** A session as its person sees it in a list. */
export type ListedSession = {
  readonly id: string;
  readonly isThis: boolean;
  readonly begunAt: Date;
  readonly seenAt: Date;
  /** Empty where the device did not say, or is known no more. */
  readonly browser: string;
  readonly system: string;
};

/** Which sessions of an account are ended. */
export type Which =
  | { readonly only: string }
  | { readonly but: string }
  | { readonly device: string; readonly but: string }
  | 'all';

export type Found =
  | { readonly is: 'live'; readonly session: Session }
  | ({ readonly is: 'timed-out' } & Owner)
  /** Ended on the server, from another browser, say, or by the agency: its own browser would have lost the cookie. */
  | { readonly is: 'ended-elsewhere' }
  | { readonly is: 'none' };

export type How = {
  /** Whether a second step was taken just now. */
  readonly proven: boolean;
  /** Whether the password was not given with it. */
  readonly withoutPassword?: boolean;
  /** Whether it was a passkey alone, which is both steps. */
  readonly passkeyAlone?: boolean;
};

export type Sessions = {
  /** Begins a session in the caller's transaction. @returns the token for the cookie; only its hash is stored */
  begin(database: Database, accountId: AccountId, how: How & { deviceId: string | null }): Promise<string>;
  /** The same as a part of a larger statement, done only where a condition holds. */
  beginning(
    accountId: AccountId,
    how: How,
  ): {
    readonly token: string;
    statement(when: RawBuilder<boolean>, deviceId: RawBuilder<unknown>): RawBuilder<unknown>;
  };
  /**
   * Notes that a second step was taken in a session and gives it a new token (ASVS 7.2.4).
   * @returns the token for the cookie; null when the answer was used up before
   */
  prove(
    connection: Database,
    session: Pick<Session, 'id'>,
    answer: { factor: FactorKind; take: Consume; counted: Counted },
  ): Promise<string | null>;
  /**
   * Notes that the password was given after the second step of a session, and gives it a new token.
   * @param right the hash that the password was right for
   * @returns the token for the cookie; null where the session or the password is not what it was when it was asked
   */
  proveInFull(
    connection: Database,
    session: Pick<Session, 'id' | 'accountId' | 'provenAt'>,
    right: { hash: string; counted: Counted },
  ): Promise<string | null>;
  /**
   * The session of a token; one that lives is seen.
   * @param by whether a person asks, or a page by itself, which is no sign of the person and puts off no end
   */
  find(token: string, by?: 'person' | 'page'): Promise<Found>;
  /**
   * Until when each of some sessions lives if its person does nothing more. Those that are over, or whose account is about
   * to be closed, are not among them. None is seen by it.
   */
  ends(ids: readonly string[]): Promise<ReadonlyMap<string, Date>>;
  /** Ends a session on the server; one that timed out stays what another page of its browser finds it to be. */
  end(
    session: Pick<Session, 'id' | 'accountId'>,
    why: 'signed-out' | 'timed-out' | 'replaced',
  ): Promise<void>;
  /** The sessions that live, the last seen first (ASVS 7.5.2). */
  list(session: Session): Promise<readonly ListedSession[]>;
  /** Ends sessions of an account in the caller's transaction (ASVS 7.4.3). @returns how many */
  endSome(database: Database, accountId: AccountId, which: Which): Promise<number>;
  setLanguage(accountId: AccountId, language: string): Promise<void>;
  /**
   * Keeps what was typed into a form that the end of its session overtook.
   * @param browser what only the browser has that alone is shown it; null for whichever the account is in
   */
  keep(owner: Owner, form: FormPlace & { browser: string | null }, fields: FitToKeep): Promise<void>;
  /** What was kept of a form, for the same account only. */
  kept(session: Session, place: { path: string; browser: string }): Promise<KeptForm | null>;
  /** Forgets what was kept, once it was sent after all. */
  forgetKept(session: Session, place: { path: string; browser: string }): Promise<void>;
  /** What forms say of the session that they were drawn in: it opens nothing, and nobody else can make one. */
  markOf(session: Pick<Session, 'id'>): string;
  /** Whose form it was by such a mark, also where the session has ended; null where it is none of ours. */
  ownerOf(mark: string): Promise<(Owner & { readonly sessionId: string }) | null>;
  removeOld(): Promise<void>;
};

/** A session is marked as seen at most this often; it lives that much longer, so that nobody loses time by it. */
const SEEN_EVERY = 30_000;
const KEPT_FOR = DAY;
const REMOVED_AFTER = 48 * HOUR;
/** What the marks of forms are signed for. */
const OWNER = 'form-owner';
const Fields = z.record(z.string(), z.string());

const EVENTS = {
  'signed-out': 'signed-out',
  'timed-out': 'timed-out',
  replaced: 'session-replaced',
} as const;

export const KEPT_FIELDS = sealedColumn({
  table: 'kept_form',
  column: 'fields_sealed',
  under: 'account',
  row: 'path',
});
const { place } = KEPT_FIELDS;

/** What was typed into forms that a time-out overtook, as long as it is kept. */
export async function readKeptForms(
  database: Database,
  { accountId, key }: Pick<Session, 'accountId' | 'key'>,
) {
  return (await store.keptFormsOf(database, accountId)).map((row) => ({
    path: row.path,
    typed: Fields.parse(JSON.parse(key.unseal(row.fields_sealed, place(row.path)))),
    keptAt: row.created_at,
  }));
}

/** Sessions in the database (NIST SP 800-63B-4 §5.1, §5.2; ASVS 7.2, 7.3, 7.4). */
export function makeSessions({
  database,
  vault,
  clock,
  policy,
  unread = () => sql<number>`0`,
}: {
  database: Database;
  vault: Vault;
  clock: Clock;
  policy: Policy['session'];
  unread?: store.Unread;
}): Sessions {
  const selecting = store.selectingSession(unread);
  const idle = policy.idleMinutes * MINUTE;
  const beginning: Sessions['beginning'] = (
    accountId,
    { proven, withoutPassword = false, passkeyAlone = false },
  ) => {
    const token = newToken();
    const now = clock.now();
    const row = {
      id: uuid(),
      tokenHash: tokenHash(token),
      accountId,
      now,
      endsAt: after(clock, policy.hours * HOUR),
      provenAt: proven ? now : null,
      provenInFull: proven && !withoutPassword,
      withPassword: proven && !withoutPassword && !passkeyAlone,
    };
    return { token, statement: (when, deviceId) => store.insertingSession(row, when, deviceId) };
  };
  return {
    begin: async (transaction, accountId, { deviceId, ...how }) => {
      const { token, statement } = beginning(accountId, how);
      await statement(sql<boolean>`true`, sql`${deviceId}::uuid`).execute(transaction);
      return token;
    },
    beginning,
    prove: async (connection, { id }, { factor, take, counted }) => {
      const token = newToken();
      const proved = await store.proveSession(connection, {
        id,
        tokenHash: tokenHash(token),
        when: sql<boolean>`true`,
        take,
        proof: { at: clock.now(), inFull: factor === 'passkey', withPassword: false },
        clearing: (when) => clearing(counted, when),
      });
      return proved ? token : null;
    },
    proveInFull: async (connection, { id, accountId, provenAt }, { hash, counted }) => {
      if (provenAt === null) return null;
      const token = newToken();
      const proved = await store.proveSession(connection, {
        id,
        tokenHash: tokenHash(token),
        when: sql<boolean>`proven_at = ${provenAt} and not with_password`,
        take: (when) =>
          sql`select from password where account_id = ${accountId} and hash = ${hash} and ${when}`,
        proof: { at: provenAt, inFull: true, withPassword: true },
        clearing: (when) => clearing(counted, when),
      });
      return proved ? token : null;
    },
    find: async (token, by = 'person') => {
      const now = clock.now();
      const [row] = await selecting(database, { tokenHash: tokenHash(token), now });
      if (row === undefined) return { is: 'none' };
      if (row.ended_at !== null && row.ended_at.getTime() !== row.ends_at.getTime())
        return { is: now.getTime() - row.ended_at.getTime() > KEPT_FOR ? 'none' : 'ended-elsewhere' };
      const accountId = asAccountId.parse(row.account_id);
      const key = vault.openDataKey(row.data_key);
      const unseen = now.getTime() - row.last_seen_at.getTime();
      if (unseen > idle + SEEN_EVERY || now >= row.ends_at) {
        return unseen > KEPT_FOR ? { is: 'none' } : { is: 'timed-out', accountId, key };
      }
      if (unseen > SEEN_EVERY && by === 'person') await store.touchSession(database, row.id, now);
      const fullName = openFullName(key, accountId, row.full_name_sealed);
      return {
        is: 'live',
        session: {
          id: row.id,
          accountId,
          key,
          fullName,
          name:
            row.name_in_use_sealed === null
              ? fullName
              : openNameInUse(key, accountId, row.name_in_use_sealed),
          language: row.language,
          idleEndsAt: by === 'person' ? after(clock, idle) : new Date(row.last_seen_at.getTime() + idle),
          endsAt: row.ends_at,
          provenAt: row.proven_at,
          provenInFull: row.proven_in_full,
          withPassword: row.with_password,
          deviceId: row.device_id,
          owesAcknowledgement: row.unacknowledged,
          alarmed: row.alarmed_at !== null,
          closesAt: row.closes_at,
          isHeld: row.held,
          keeps: row.keeps,
          unread: row.unread,
        },
      };
    },
    ends: async (ids) => {
      const now = clock.now();
      const ends = (await store.liveSessions(database, ids)).map(
        ({ id, last_seen_at: seenAt, ends_at: endsAt }): readonly [string, Date] => [
          id,
          new Date(Math.min(seenAt.getTime() + idle + SEEN_EVERY, endsAt.getTime())),
        ],
      );
      return new Map(ends.filter(([, at]) => at > now));
    },
    end: (session, why) =>
      database.transaction().execute(async (transaction) => {
        await lockAccount(transaction, session.accountId);
        await (why === 'timed-out' ? store.expireSession : store.endSession)(
          transaction,
          session.id,
          clock.now(),
        );
        await recordSecurityEvent(transaction, clock, { kind: EVENTS[why], accountId: session.accountId });
      }),
    list: async ({ id, accountId }) => {
      const seenSince = after(clock, -idle - SEEN_EVERY);
      const rows = await store.listSessions(database, accountId, { now: clock.now(), seenSince });
      return rows.map((row) => ({
        id: row.id,
        isThis: row.id === id,
        begunAt: row.created_at,
        seenAt: row.last_seen_at,
        browser: row.browser ?? '',
        system: row.system ?? '',
      }));
    },
    endSome: async (transaction, accountId, which) => {
      await lockAccount(transaction, accountId);
      return store.endSessions(transaction, accountId, clock.now(), which === 'all' ? {} : which);
    },
    setLanguage: (accountId, language) => store.setLanguage(database, accountId, language),
    keep: async ({ accountId, key }, { path, action, browser }, fields) => {
      if (Object.keys(fields).length === 0) return;
      await store.keepForm(database, {
        accountId,
        path,
        action,
        browser: browser === null ? null : tokenHash(browser),
        sealed: key.seal(JSON.stringify(fields), place(path)),
        now: clock.now(),
      });
    },
    kept: async ({ accountId, key }, { path, browser }) => {
      const row = { accountId, path, browser: tokenHash(browser) };
      const found = await store.findKeptForm(database, row, after(clock, -KEPT_FOR));
      if (found === null) return null;
      const typed = Fields.parse(JSON.parse(key.unseal(found.fields_sealed, place(path))));
      return { action: found.action, typed };
    },
    forgetKept: ({ accountId }, { path, browser }) =>
      store.removeKeptForm(database, { accountId, path, browser: tokenHash(browser) }),
    markOf: ({ id }) => `${id}.${vault.blindIndex(OWNER, id).toString('base64url')}`,
    ownerOf: async (mark) => {
      const [id = '', signature = ''] = mark.split('.', 2);
      if (!isUuid(id) || !vault.isBlindIndex(Buffer.from(signature, 'base64url'), OWNER, id)) return null;
      const row = await store.accountOfSession(database, id);
      if (row === null) return null;
      return {
        sessionId: id,
        accountId: asAccountId.parse(row.account_id),
        key: vault.openDataKey(row.data_key),
      };
    },
    removeOld: () => store.removeOldSessions(database, after(clock, -REMOVED_AFTER)),
  };
}
