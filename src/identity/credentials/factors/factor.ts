import { type RawBuilder, sql } from 'kysely';
import type { VNode } from 'preact';
import type { z } from 'zod';
import type { DataKey } from '../../../platform/crypto/index.ts';
import type { Consume, Database } from '../../../platform/database/index.ts';
import type { Typed } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { FieldError, Page } from '../../../platform/ui/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { FactorKind } from '../../core/second-steps/index.ts';

/** Whose a second step is, and what seals its name. */
type Owner = { readonly accountId: AccountId; readonly key: DataKey };

/** Somebody who is asked for a second step, and by what: a sign-in, a step-up, a recovery. */
export type Challenged = {
  /** The row that asks. What is sent or shown is bound to it. */
  readonly attempt: string;
  readonly accountId: AccountId;
  readonly key: DataKey;
  readonly language: string;
  /** Whether it is a way back that asks. */
  readonly onWayBack?: true;
};

/** A right answer. */
export type Answer = {
  readonly take: Consume;
  /** Since when what gave it has been of the account; a way back waits where that is not long ago. */
  readonly boundAt: Date;
  /** What is stored of a code that is used up by it, so that the way back it was used on can give it back. */
  readonly digest?: Buffer;
};

/** Draws what a person answers in: the factor's own forms, without the page around them. */
export type Question = (view: {
  readonly page: Page;
  /** The address of the factor's page, for its forms. */
  readonly action: string;
  /** Where a form asks for something to be sent; a field `phone` says to which. */
  readonly sendAction: string;
  readonly error: string | undefined;
  /** Stands before the button of the form that answers. */
  readonly more: VNode | null;
}) => VNode;

export type SendResult =
  | { readonly is: 'sent' }
  /** Enough was sent for now. */
  | { readonly is: 'enough' }
  /** There are several that it could be sent to. */
  | { readonly is: 'choose' };

/** Somebody who binds a second step to no account yet, or to one that lost all it had. */
export type Enrolling = {
  /** The row that asks. What is sent or shown is bound to it. */
  readonly attempt: string;
  /** Null while there is no account. */
  readonly accountId: AccountId | null;
  /** Seals what waits for the end of the attempt. */
  readonly key: DataKey;
  /** The network that asks, as a blind index: by it somebody without an account is counted. */
  readonly network: Buffer;
  /** A key that only this attempt has, for a kind that shares one with the person. */
  readonly secret: string;
  /** What an authenticator shows of whose account it is. */
  readonly login: string;
  readonly fullName: string;
  readonly language: string;
  /** What an authenticator is called that has no name of its own. */
  readonly browser: string;
};

/** Draws how to bind one kind: its own forms, without the page around them. */
export type EnrolmentQuestion = (view: {
  readonly page: Page;
  /** The address of the kind's page, for its forms. */
  readonly action: string;
  /** Where a form asks for something to be sent. */
  readonly sendAction: string;
  readonly typed: Typed;
  readonly errors: readonly FieldError[];
}) => VNode;

/** Binds what was proven to an account, in the caller's transaction. @returns false where it was used up before */
export type Bind = (transaction: Database, owner: Owner) => Promise<boolean>;

/** How a kind of second step is bound before its person has an account, or at the end of a way back. */
export type Enrolment = {
  readonly words: {
    /** What it is, as one of several. */
    readonly name: PlainWordKey;
    /** What it is worth. */
    readonly about: PlainWordKey;
    /** What a person has to have for it. */
    readonly need: PlainWordKey;
    readonly title: PlainWordKey;
    /** What to do; null where the question itself says it. */
    readonly text: PlainWordKey | null;
    readonly wrong: PlainWordKey;
  };
  readonly answer: z.ZodType<string, unknown>;
  ask(enrolling: Enrolling): Promise<EnrolmentQuestion>;
  /** Sends something to what is to be bound, where the kind does that. */
  readonly send?: {
    readonly field: string;
    readonly answer: z.ZodType<string, unknown>;
    to(enrolling: Enrolling, answer: string): Promise<{ readonly is: 'sent' } | { readonly is: 'enough' }>;
  };
  check(
    enrolling: Enrolling,
    answer: string,
  ): Promise<
    | { readonly is: 'right'; readonly bind: Bind }
    | { readonly is: 'wrong' }
    | { readonly is: 'wait'; readonly until: Date }
  >;
};

/** A kind that can be bound before there is an account. */
export type EnrolledFactor = Factor & { readonly enrolment: Enrolment };

/**
 * A kind of second step. Each is a room of its own and knows nothing of what asks for it; `identity/rules.ts` lists them, the one
 * that is offered first at the front.
 */
export type Factor = {
  readonly kind: FactorKind;
  /** Whether it is enough to keep an account by; backup codes run out. */
  readonly lasts: boolean;
  /** Whether a device that it was given on may be remembered, where the policy allows that. */
  readonly rememberable: boolean;
  /** The last part of the addresses of its page: `/sign-in/code`. */
  readonly path: string;
  /** The field of its form in which the answer stands. */
  readonly field: string;
  readonly answer: z.ZodType<string, unknown>;
  readonly words: {
    readonly title: PlainWordKey;
    /** What to do; null where the question itself says it. */
    readonly text: PlainWordKey | null;
    /** The link that offers it when another was asked for. */
    readonly use: PlainWordKey;
    readonly wrong: PlainWordKey;
  };
  /**
   * Whether an account has one: an SQL expression over one for the account's id.
   * @param onWayBack whether what counts on a way back alone is meant too
   */
  heldBy(accountId: RawBuilder<unknown>, onWayBack: boolean): RawBuilder<boolean>;
  ask(challenged: Challenged): Promise<Question>;
  /**
   * Sends something to answer with, where the kind does that.
   * @param choice which phone it goes to; null for the only one
   */
  readonly send?: (challenged: Challenged, choice: string | null) => Promise<SendResult>;
  /** What came of a right answer, or null where it is wrong. @throws HashingBusy */
  check(challenged: Challenged, answer: string): Promise<Answer | null>;
  /** None for a kind that is given out, not brought. */
  readonly enrolment?: Enrolment;
  /**
   * Unbinds those that an account has got since a time, in the caller's transaction; without one all: they are lost.
   * @returns what the person calls each; null where they gave it no name
   */
  forget(transaction: Database, owner: Owner, since?: Date): Promise<readonly (string | null)[]>;
  /**
   * Lets what another took the place of since a time count again, on ways back alone and behind a hold; asked for where an
   * account is left with no second step at all. @returns whether there was any
   */
  readonly revive?: (transaction: Database, accountId: AccountId, since: Date) => Promise<boolean>;
};

/** Before everything that an account has. */
export const EVER = new Date(0);

/** The kinds that an account has, as an SQL expression over one for its id. */
export function kindsHeld(
  factors: readonly Pick<Factor, 'kind' | 'heldBy'>[],
  accountId: RawBuilder<unknown>,
  { onWayBack = false }: { readonly onWayBack?: boolean } = {},
): RawBuilder<readonly FactorKind[]> {
  const kinds = factors.map(
    ({ kind, heldBy }) => sql`case when ${heldBy(accountId, onWayBack)} then ${kind}::text end`,
  );
  return sql`array_remove(array[${sql.join(kinds)}], null)`;
}

/** The kinds that an account has now. */
export async function readKindsHeld(
  database: Database,
  factors: readonly Factor[],
  accountId: AccountId,
  given: { readonly onWayBack?: boolean } = {},
): Promise<readonly FactorKind[]> {
  const { rows } = await sql<{ held: readonly FactorKind[] }>`
    select ${kindsHeld(factors, sql`${accountId}::uuid`, given)} as held`.execute(database);
  return rows[0]?.held ?? [];
}

/** The factors of some kinds, the one to be offered first at the front. */
export function factorsOf(factors: readonly Factor[], kinds: readonly FactorKind[]): readonly Factor[] {
  return factors.filter(({ kind }) => kinds.includes(kind));
}

/** The factors that can be bound before there is an account, the one to be offered first at the front. */
export function enrolled(factors: readonly Factor[]): readonly EnrolledFactor[] {
  return factors.filter((factor): factor is EnrolledFactor => factor.enrolment !== undefined);
}
