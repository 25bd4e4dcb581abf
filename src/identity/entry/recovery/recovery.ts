import { DAY, HOUR } from '../../../platform/clock/index.ts';
import { tokenHash } from '../../../platform/crypto/index.ts';
import { asAccountId } from '../../core/accounts/index.ts';
import { type Beginning, makeBeginning } from './begin.ts';
import { type HandOver, makeHandOver } from './hand-over.ts';
import { type Holding, makeHolding } from './hold.ts';
import { makeMachine, type Progress, type RecoveryParts } from './machine.ts';
import { makeProving, type Proving } from './prove.ts';
import { makeRenewing, type Renewing } from './renew.ts';
import { removeOldRestorations } from './restorations.ts';
import { makeRestoring, type Restoring } from './restore.ts';
import { makeShortening, type Shortening } from './shorten.ts';
import * as store from './store.ts';

export type Recovery = Beginning &
  Proving &
  Omit<Holding, 'settle' | 'shorten'> &
  HandOver &
  Shortening &
  Renewing &
  Restoring & {
    find(token: string): Promise<Progress | null>;
    removeOld(): Promise<void>;
  };

/** The ways back into an account, as one machine in the database: what comes next follows from what is proven. */
export function makeRecovery(parts: RecoveryParts): Recovery {
  const { database, clock } = parts;
  const machine = makeMachine(parts);
  const { settle, shorten, ...holding } = makeHolding(parts, machine);
  return {
    ...makeBeginning(parts, machine),
    ...makeProving(parts, machine, { settle }),
    ...holding,
    ...makeHandOver(parts),
    ...makeShortening(parts, machine, { shorten }),
    ...makeRenewing(parts, machine),
    ...makeRestoring(parts, machine, { settle }),

    find: async (token) => {
      const row = await store.findRecovery(database, tokenHash(token), clock.now());
      return row === null
        ? null
        : {
            id: row.id,
            accountId: row.account_id === null ? null : asAccountId.parse(row.account_id),
            lost: row.lost,
            asked: row.created_at.getTime() + HOUR > clock.now().getTime() ? machine.asked(row) : null,
            stage: machine.stageNow(row),
            holdEndsAt: row.hold_ends_at,
          };
    },

    removeOld: async () => {
      await store.removeOldRecoveries(database, machine.after(-DAY));
      await removeOldRestorations(database, clock.now());
    },
  };
}
