import { recordSecurityEvent } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import {
  type AccountId,
  asAccountId,
  identified,
  lockAccount,
  openAccountKey,
  type Person,
  personForm,
  readPerson,
  readProfile,
  setPerson,
} from '../../core/accounts/index.ts';
import { type Address, readAddresses } from '../../core/addresses/index.ts';
import type { Notices } from '../../core/notices/index.ts';
import { type OpenHold, openHolds } from '../../core/open-recoveries/index.ts';
import { byOperator, type Operator } from '../../core/operators/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';
import { type Factor, readKindsHeld } from '../../credentials/factors/index.ts';

/** As little of an account as tells it apart from another. */
export type Brief = {
  readonly id: AccountId;
  readonly initials: string;
  readonly yearBorn: string;
  readonly createdAt: Date;
};

/** What an operator has to know to help the person of an account. */
export type Shown = Person & {
  readonly id: AccountId;
  readonly nameInUse: string | null;
  readonly username: string | null;
  readonly createdAt: Date;
  readonly addresses: readonly Pick<Address, 'email' | 'isPrimary' | 'standing' | 'verifiedAt'>[];
  readonly secondSteps: readonly FactorKind[];
  readonly holds: readonly Pick<OpenHold, 'lost' | 'begunAt' | 'endsAt'>[];
  /** Since when the account is locked after "this wasn't me". */
  readonly alarmedAt: Date | null;
  /** From when on the account is erased. */
  readonly closesAt: Date | null;
};

/** What is to be corrected, as it was typed. */
export type PersonChanges = {
  readonly fullName?: string | undefined;
  /** As 1988-02-29. */
  readonly born?: string | undefined;
  readonly birthCountry?: string | undefined;
};

export type CorrectResult =
  | { readonly is: 'corrected' | 'unchanged' | 'unknown' }
  /** What of it cannot be. */
  | { readonly is: 'faults'; readonly of: readonly (keyof Person)[] };

/** What the agency's operators can see and do of an account for its person. Each look and each change is an event of it. */
export type Assistance = {
  /**
   * The accounts that an email or a username names, and some that are found otherwise.
   * @param typed an email or a username
   * @param ids of further accounts, such as those of a case
   */
  find(typed: string, ids: readonly string[], operator: Operator): Promise<readonly Brief[]>;
  /** Null where there is no such account. */
  show(accountId: AccountId, operator: Operator): Promise<Shown | null>;
  /** Corrects who the person is by their papers; every address hears of it. */
  correct(accountId: AccountId, changes: PersonChanges, operator: Operator): Promise<CorrectResult>;
  /** Tells a person that a case was taken out of their account, in the transaction that does it and before all events. */
  tellOfRelease(transaction: Database, accountId: string): Promise<void>;
  /** Records it, as the last thing of that transaction. */
  recordRelease(transaction: Database, accountId: string, operator: Operator): Promise<void>;
};

type Parts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Policy;
  /** Every kind that an account may have, also those that are not offered now. */
  readonly everyFactor: readonly Factor[];
  readonly notices: Notices;
};

export function makeAssistance(parts: Parts): Assistance {
  const { database, clock, notices } = parts;
  return {
    find: (typed, ids, operator) =>
      database.transaction().execute((transaction) => find(transaction, parts, { typed, ids, operator })),

    show: (accountId, operator) =>
      database.transaction().execute((transaction) => show(transaction, parts, accountId, operator)),

    correct: (accountId, changes, operator) =>
      database
        .transaction()
        .execute((transaction) => correct(transaction, parts, { accountId, changes, operator })),

    tellOfRelease: (transaction, accountId) =>
      notices.send(transaction, asAccountId.parse(accountId), { is: 'case-released' }),

    recordRelease: (transaction, accountId, operator) =>
      recordSecurityEvent(transaction, clock, {
        kind: 'case-released',
        accountId,
        detail: byOperator(operator),
      }),
  };
}

async function find(
  transaction: Database,
  { vault, clock }: Parts,
  { typed, ids, operator }: { typed: string; ids: readonly string[]; operator: Operator },
): Promise<readonly Brief[]> {
  const { rows } = await identified(vault, typed).execute(transaction);
  const found = new Set([...rows.map(({ account_id }) => account_id), ...ids]);
  const briefs: Brief[] = [];
  for (const id of [...found].sort()) {
    const accountId = asAccountId.parse(id);
    const person = await readPerson(transaction, vault, accountId);
    if (person === null) continue;
    const key = await openAccountKey(transaction, vault, accountId);
    const { createdAt } = await readProfile(transaction, key, accountId);
    briefs.push({
      id: accountId,
      initials: initialsOf(person),
      yearBorn: person.born.slice(0, 4),
      createdAt,
    });
  }
  for (const { id } of briefs) await recordLook(transaction, clock, id, operator, 'find');
  // Who tries names one after the other is seen too; what was typed is not kept.
  if (briefs.length === 0)
    await recordSecurityEvent(transaction, clock, {
      kind: 'looked-up-by-agency',
      detail: { how: 'find', found: false, ...byOperator(operator) },
    });
  return briefs;
}

const initialsOf = ({ fullName }: Person): string =>
  fullName
    .split(/\s+/)
    .map((part) => [...part][0] ?? '')
    .join('');

async function show(
  transaction: Database,
  parts: Parts,
  accountId: AccountId,
  operator: Operator,
): Promise<Shown | null> {
  const { vault, clock, everyFactor } = parts;
  const person = await readPerson(transaction, vault, accountId);
  if (person === null) return null;
  const {
    fullName: _,
    emails: __,
    ...profile
  } = await readProfile(transaction, await openAccountKey(transaction, vault, accountId), accountId);
  const { alarmed_at: alarmedAt, closes_at: closesAt } = await transaction
    .selectFrom('account')
    .select(['alarmed_at', 'closes_at'])
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  const addresses = await readAddresses(transaction, parts, accountId);
  const holds = await openHolds(transaction, clock, accountId);
  const secondSteps = await readKindsHeld(transaction, everyFactor, accountId);
  await recordLook(transaction, clock, accountId, operator, 'show');
  return {
    id: accountId,
    ...person,
    ...profile,
    addresses: addresses.map(({ email, isPrimary, standing, verifiedAt }) => ({
      email,
      isPrimary,
      standing,
      verifiedAt,
    })),
    secondSteps,
    holds: holds.map(({ lost, begunAt, endsAt }) => ({ lost, begunAt, endsAt })),
    alarmedAt,
    closesAt,
  };
}

const recordLook = (
  transaction: Database,
  clock: Clock,
  accountId: AccountId,
  operator: Operator,
  how: 'find' | 'show',
) =>
  recordSecurityEvent(transaction, clock, {
    kind: 'looked-up-by-agency',
    accountId,
    detail: { how, ...byOperator(operator) },
  });

const FIELDS = ['fullName', 'born', 'birthCountry'] as const satisfies readonly (keyof Person)[];

async function correct(
  transaction: Database,
  { vault, clock, notices }: Parts,
  { accountId, changes, operator }: { accountId: AccountId; changes: PersonChanges; operator: Operator },
): Promise<CorrectResult> {
  await lockAccount(transaction, accountId);
  const before = await readPerson(transaction, vault, accountId);
  if (before === null) return { is: 'unknown' };
  const { fullName = before.fullName, born = before.born, birthCountry = before.birthCountry } = changes;
  // A date is years, months and days, each as the form would post them.
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(born) ?? [];
  const read = personForm(clock.now()).safeParse({
    fullName,
    'born-day': day,
    'born-month': month,
    'born-year': year,
    birthCountry: birthCountry.toUpperCase(),
  });
  if (!read.success) {
    const faulty = new Set(read.error.issues.map(({ path }) => path[0]));
    return { is: 'faults', of: FIELDS.filter((field) => faulty.has(field)) };
  }
  const changed = FIELDS.filter((field) => read.data[field] !== before[field]);
  if (changed.length === 0) return { is: 'unchanged' };
  const key = await openAccountKey(transaction, vault, accountId);
  await setPerson(transaction, { accountId, key }, read.data);
  await notices.send(transaction, accountId, { is: 'person-corrected-by-agency' });
  await recordSecurityEvent(transaction, clock, {
    kind: 'person-corrected-by-agency',
    accountId,
    detail: {
      ...Object.fromEntries(changed.map((field) => [field, true] as const)),
      ...byOperator(operator),
    },
  });
  return { is: 'corrected' };
}
