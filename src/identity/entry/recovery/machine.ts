import { after, type Clock } from '../../../platform/clock/index.ts';
import { sealedColumns, type Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import { type AccountId, asAccountId, identified, lockAccount } from '../../core/accounts/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { Factor } from '../../credentials/factors/index.ts';
import type { PasswordRules } from '../../credentials/passwords/index.ts';
import type { SecurityQuestions } from '../../credentials/security-questions/index.ts';
import type { Alarm } from '../../session/alarm/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import { type Lost, type Stage, stageOf } from './evidence.ts';
import * as store from './store.ts';

/** A way back in progress. What it says is the same whether or not there is such an account. */
export type Progress = {
  readonly id: string;
  /** Null while nothing is sent to anybody. */
  readonly accountId: AccountId | null;
  readonly lost: Lost;
  /** What was typed to name an account, for as long as whoever typed it is likely to be the one who reads it. */
  readonly asked: string | null;
  readonly stage: Stage;
  readonly holdEndsAt: Date | null;
};

/** What proves whose an email is. Whether it is sent never shows on a page. */
export type RecoveryMessages = {
  link(
    database: Database,
    to: string,
    language: string,
    link: { lost: 'nothing' | 'password'; token: string },
  ): Promise<void>;
  /** Lets the browser that opens it ask for messages, whatever strangers have asked for. Lives for a day. */
  pass(database: Database, to: string, language: string, token: string): Promise<void>;
  code(
    database: Database,
    to: string,
    language: string,
    /** Whether whoever asks has given the password: the owner has to know, should it be somebody else. */
    given: { code: string; knowsPassword: boolean },
  ): Promise<void>;
};

export type RecoveryParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly policy: Policy;
  readonly passwords: PasswordRules;
  readonly sessions: Sessions;
  readonly factors: readonly Factor[];
  /** Also those that are not offered here: what is lost is forgotten whatever the policy. */
  readonly everyFactor: readonly Pick<Factor, 'forget'>[];
  readonly messages: RecoveryMessages;
  readonly notices: Notices;
  readonly alarm: Pick<Alarm, 'clear'>;
  /** Ends whatever of other floors opens something of an account without a sign-in. */
  readonly shutOthers: (transaction: Database, accountId: AccountId) => Promise<void>;
  readonly securityQuestions: Pick<SecurityQuestions, 'chosen' | 'areRight'>;
};

/** Wrong tries of an emailed code after which the way back ends. */
export const CODE_TRIES = 5;
/** What is sealed of it. */
export const RECOVERY_SEALED = sealedColumns(
  { table: 'recovery', under: 'recovery' },
  'asked_sealed',
  'elsewhere_sealed',
  'secret_sealed',
);
export const { place } = RECOVERY_SEALED;

/** What every part of a way back moves by. */
export type Machine = {
  after(milliseconds: number): Date;
  stageNow(row: store.RecoveryRow): Stage;
  /**
   * Holds a recovery until the transaction ends, and before it the account that it is of: all who change an account hold
   * it first, so that nobody waits for somebody who waits for them.
   */
  hold(transaction: Database, id: string): Promise<store.RecoveryRow | null>;
  /** Does something while a recovery stands at a stage; null when it does not, or belongs to nobody. */
  at<T>(
    id: string,
    stage: Stage,
    work: (transaction: Database, row: store.RecoveryRow, accountId: AccountId) => Promise<T>,
  ): Promise<T | null>;
  /** What was typed to name an account; null where its password named it. */
  asked(row: store.RecoveryRow): string | null;
  /** Whom a way back names: what was typed, and the account that it names now. */
  named(
    database: Database,
    row: store.RecoveryRow,
  ): Promise<{ asked: string | null; accountId: AccountId | null }>;
  /** What is stored of an emailed code. */
  codeHash(id: string, code: string): Buffer;
  isCode(hash: Buffer, id: string, code: string): boolean;
};

export function makeMachine({
  database,
  vault,
  clock,
}: Pick<RecoveryParts, 'database' | 'vault' | 'clock'>): Machine {
  const codeOf = (id: string, code: string) => ['recovery-code', `${id}:${code}`] as const;
  const stageNow = (row: store.RecoveryRow): Stage =>
    stageOf(
      {
        lost: row.lost,
        evidence: row.evidence,
        holdEndsAt: row.hold_ends_at,
        hasPassword: row.password_hash !== null,
      },
      clock.now(),
    );

  const askedOf: Machine['asked'] = (row) =>
    row.asked_sealed === null
      ? null
      : vault.openDataKey(row.data_key).unseal(row.asked_sealed, place('asked_sealed', row.id));

  const hold: Machine['hold'] = async (transaction, id) => {
    const found = await store.readRecovery(transaction, id, clock.now());
    if (found === null) return null;
    if (found.account_id !== null) await lockAccount(transaction, asAccountId.parse(found.account_id));
    const row = await store.lockRecovery(transaction, id, clock.now());
    // Named meanwhile: whoever comes next holds its account too.
    return row?.account_id === found.account_id ? row : null;
  };

  return {
    after: (milliseconds) => after(clock, milliseconds),
    stageNow,
    asked: askedOf,
    hold,
    at: (id, stage, work) =>
      database.transaction().execute(async (transaction) => {
        const row = await hold(transaction, id);
        if (row === null || row.account_id === null || stageNow(row) !== stage) return null;
        return work(transaction, row, asAccountId.parse(row.account_id));
      }),
    named: async (database, row) => {
      const asked = askedOf(row);
      if (asked === null)
        return { asked, accountId: row.account_id === null ? null : asAccountId.parse(row.account_id) };
      const { rows } = await identified(vault, asked).execute(database);
      const [found] = rows;
      return { asked, accountId: found === undefined ? null : asAccountId.parse(found.account_id) };
    },
    codeHash: (id, code) => vault.blindIndex(...codeOf(id, code)),
    isCode: (hash, id, code) => vault.isBlindIndex(hash, ...codeOf(id, code)),
  };
}
