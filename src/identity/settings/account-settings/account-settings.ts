import { z } from 'zod';
import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import {
  readProfile,
  setNameInUse,
  setUsername,
  setZone,
  usernameIndexes,
} from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { accountSubject, admitWithoutEnd } from '../../core/throttling/index.ts';
import { type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import type { Session } from '../../session/sessions/index.ts';

export type UsernameResult =
  | { readonly is: 'set' }
  | { readonly is: 'taken' }
  | { readonly is: 'wait'; readonly until: Date }
  | Refused;

type Owner = Pick<Session, 'id' | 'accountId' | 'key'>;

export type AccountSettings = {
  /** Sets how the person wants to be called; the name of their papers stays. @param name null for that name */
  setName(owner: Owner, name: string | null): Promise<void>;
  /**
   * Sets the username, or none. Asking which names are taken is counted like guessing, so that nobody asks for the
   * names of many.
   */
  setUsername(owner: Owner, username: string | null): Promise<UsernameResult>;
  /** Sets the zone in which the person reads times. @param zone as IANA names it; null for the agency's */
  setZone(owner: Owner, zone: string | null): Promise<void>;
};

const UniqueViolation = z.object({ code: z.literal('23505') });
/** Names that a person may ask for, taken or free, before each further one is followed by a wait. */
const TRIES = 5;

export function makeAccountSettings({
  database,
  vault,
  clock,
  policy,
  notices,
}: {
  database: Database;
  vault: Vault;
  clock: Clock;
  policy: Policy['failures'];
  notices: Notices;
}): AccountSettings {
  /** Whether two names are one, however they are written. */
  const isSame = (one: string, other: string | null): boolean =>
    other !== null && usernameIndexes(vault, one)[0].equals(usernameIndexes(vault, other)[0]);

  return {
    setName: async (owner, name) => {
      const { accountId, key } = owner;
      const before = await readProfile(database, key, accountId);
      const next = name === before.fullName ? null : name;
      if (before.nameInUse === next) return;
      await database.transaction().execute(async (transaction) => {
        await setNameInUse(transaction, owner, next);
        await recordSecurityEvent(transaction, clock, { kind: 'name-changed', accountId });
      });
    },

    setZone: (owner, zone) => setZone(database, owner, zone),

    setUsername: async (owner, username) => {
      const { accountId, key } = owner;
      const before = await readProfile(database, key, accountId);
      if (before.username === username) return { is: 'set' };
      const counted = { subject: accountSubject(accountId), kind: 'username' } as const;
      // One that was free is no reason to forget the others: whoever asks for the names of many takes free ones between.
      const asks = username !== null && !isSame(username, before.username);
      if (asks) {
        const admission = await admitWithoutEnd(database, clock, { ...policy, wait: TRIES }, counted);
        if (admission.is === 'wait') return admission;
      }
      const change = (): Promise<UsernameResult> =>
        unlessUnderAlarm(database, owner, async (transaction): Promise<UsernameResult> => {
          if ((await setUsername(transaction, vault, owner, username)) === 'taken') return { is: 'taken' };
          await notices.send(transaction, accountId, { is: 'username-changed', username });
          await recordSecurityEvent(transaction, clock, { kind: 'username-changed', accountId });
          return { is: 'set' };
        });
      return change().catch((error: unknown): UsernameResult => {
        if (UniqueViolation.safeParse(error).success) return { is: 'taken' };
        throw error;
      });
    },
  };
}

declare module '../../core/throttling/throttle.ts' {
  interface ThrottleKinds {
    readonly username: true;
  }
}
