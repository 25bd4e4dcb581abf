import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { accountSubject, type Counted, countTry, UNKNOWN_DEVICE } from '../../core/throttling/index.ts';
import { orTakeBack, type Refusal, recordRefusal } from '../factors/index.ts';
import { normalPassword } from './passwords.ts';

/**
 * Checks the password of somebody who is signed in, counted like that of a sign-in from the same device
 * (ASVS 6.2.3, 6.3.1). What follows from a right one clears the count.
 * @returns the hash that it was right for
 * @throws HashingBusy
 */
export async function tryCurrentPassword(
  {
    database,
    clock,
    hasher,
    policy,
    notices,
  }: {
    database: Database;
    clock: Clock;
    hasher: Hasher;
    policy: Pick<Policy, 'failures'>;
    notices: Notices;
  },
  { accountId, deviceId }: { readonly accountId: AccountId; readonly deviceId: string | null },
  password: string,
): Promise<{ readonly is: 'right'; readonly hash: string; readonly counted: Counted } | Refusal> {
  const counted: Counted = {
    subject: accountSubject(accountId),
    kind: 'password',
    device: deviceId ?? UNKNOWN_DEVICE,
  };
  const admission = await countTry(database, clock, policy.failures, counted);
  if (admission.is !== 'admitted') return admission;
  const { hash } = await database
    .selectFrom('password')
    .select('hash')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  if (await orTakeBack(database, counted, () => hasher.verify(hash, normalPassword(password))))
    return { is: 'right', hash, counted };
  await recordRefusal(
    { database, clock, policy, notices },
    { accountId, refused: 'password', failures: admission.failures },
  );
  return { is: 'wrong' };
}

declare module '../../core/throttling/throttle.ts' {
  interface ThrottleKinds {
    readonly password: true;
  }
}
