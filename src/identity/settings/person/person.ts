import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import { after, type Clock, DAY } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type Person, setPerson } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { type Refused, unlessUnderAlarm } from '../../session/alarm/index.ts';
import type { Session } from '../../session/sessions/index.ts';
import { holdBack, type RestsOnPerson, readAnswers } from './store.ts';

type Owner = Pick<Session, 'id' | 'accountId' | 'key'>;

/**
 * Whether a person may correct their answers by themselves: not once something rests on them, and not more often than
 * the policy says, today or in all.
 */
export type Standing = 'open' | 'relied' | 'enough-today' | 'enough';

export type CorrectionResult =
  | { readonly is: 'corrected' }
  | { readonly is: 'unchanged' }
  | { readonly is: Exclude<Standing, 'open'> }
  | Refused;

export type PersonSettings = {
  /** What the person says of themselves, and whether they may correct it. */
  read(owner: Owner): Promise<{ readonly person: Person; readonly standing: Standing }>;
  /**
   * Corrects what they said when they signed up, and tells every address. Tries to claim a case stay counted, since each
   * correction is another guess.
   */
  correct(owner: Owner, person: Person): Promise<CorrectionResult>;
};

export function makePersonSettings({
  database,
  clock,
  policy,
  notices,
  restsOn,
}: {
  readonly database: Database;
  readonly clock: Clock;
  readonly policy: Policy['person'];
  readonly notices: Notices;
  readonly restsOn: RestsOnPerson;
}): PersonSettings {
  const read = async (from: Database, owner: Owner) => {
    const { person, isRelied, corrected } = await readAnswers(from, owner, {
      restsOn,
      since: after(clock, -DAY),
    });
    const standing: Standing = isRelied
      ? 'relied'
      : corrected.inAll >= policy.corrections
        ? 'enough'
        : corrected.lately >= policy.correctionsPerDay
          ? 'enough-today'
          : 'open';
    return { person, standing };
  };

  return {
    read: (owner) => read(database, owner),

    correct: (owner, person) =>
      unlessUnderAlarm(database, owner, async (transaction): Promise<CorrectionResult> => {
        const { accountId } = owner;
        await holdBack(transaction, accountId);
        const before = await read(transaction, owner);
        if (isSame(before.person, person)) return { is: 'unchanged' };
        if (before.standing !== 'open') return { is: before.standing };
        // First, so that nobody is greeted by what is written only now.
        await notices.send(transaction, accountId, { is: 'person-corrected' });
        await setPerson(transaction, owner, person);
        await recordSecurityEvent(transaction, clock, { kind: 'person-corrected', accountId });
        return { is: 'corrected' };
      }),
  };
}

const isSame = (one: Person, other: Person): boolean =>
  one.fullName === other.fullName && one.born === other.born && one.birthCountry === other.birthCountry;
