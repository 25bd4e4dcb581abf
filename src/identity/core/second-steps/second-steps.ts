import type { CountedWordKey, PlainWordKey } from '../../../platform/i18n/index.ts';

/**
 * The kinds of second step. The room of each adds its own here, and what is said of it to `SECOND_STEPS` in
 * `identity/declared.ts`; neither compiles without the other.
 */
// biome-ignore lint/suspicious/noEmptyInterface: rooms add to it
export interface SecondStepKinds {}

/** A kind of second step. */
export type FactorKind = keyof SecondStepKinds;

/** What is said of a kind of second step where it is one of several. */
export type SecondStep = {
  /** As a way to sign in, in a notice. */
  readonly name: PlainWordKey;
  /** So many of them that were taken out of an account. */
  readonly taken: CountedWordKey;
  /** As what was given or refused, in the activity. */
  readonly used: PlainWordKey;
};

/** Every kind, the one that is offered first at the front. */
export type SecondSteps = Readonly<Record<FactorKind, SecondStep>>;

/** The kinds of all, in their order. */
export const kindsOf = (steps: SecondSteps): readonly FactorKind[] =>
  Object.keys(steps).filter((kind): kind is FactorKind => kind in steps);
