import { z } from 'zod';
import type { Words } from '../../../platform/i18n/index.ts';
import { type FactorKind, kindsOf, type SecondSteps } from '../second-steps/index.ts';

/** What "this wasn't me" takes out of an account, and what it brings back. */
export type TakenKind = FactorKind | 'questions' | 'email' | 'email-back' | 'backup-code-back';
/** How many of each; what there was none of is left out. */
export type TakenOut = { readonly [K in TakenKind]?: number };

const Counts = z.record(z.string(), z.coerce.number().int().min(1).max(99).optional().catch(undefined));

/** Reads it from an address or an event; what is not understood is left out. */
export function readTakenOut(from: unknown, steps: SecondSteps): TakenOut {
  const read = Counts.safeParse(from);
  if (!read.success) return {};
  const kinds: readonly TakenKind[] = [
    'email',
    ...kindsOf(steps),
    'questions',
    'email-back',
    'backup-code-back',
  ];
  return Object.fromEntries(
    kinds.flatMap((kind) => (read.data[kind] === undefined ? [] : [[kind, read.data[kind]]])),
  );
}

/** In the order in which they are told: from the one that is offered last on, and backup codes at the end. */
function inWords(steps: SecondSteps): readonly FactorKind[] {
  const isCode = (kind: FactorKind) => kind === 'backup-code';
  const kinds = kindsOf(steps).toReversed();
  return [...kinds.filter((kind) => !isCode(kind)), ...kinds.filter(isCode)];
}

/** What was taken out and what was brought back, each as a list in words; null where that is nothing. */
export function sayTakenOut(
  taken: TakenOut,
  { t, list }: Pick<Words, 't' | 'list'>,
  steps: SecondSteps,
): { readonly out: string | null; readonly back: string | null } {
  const { email, questions, 'email-back': emails, 'backup-code-back': codes } = taken;
  const out = [
    ...(email === undefined ? [] : [t('notices.taken-emails', { count: email })]),
    ...inWords(steps).flatMap((kind) => {
      const count = taken[kind];
      return count === undefined ? [] : [t(steps[kind].taken, { count })];
    }),
    ...(questions === undefined ? [] : [t('notices.taken-questions', { count: questions })]),
  ];
  const back = [
    ...(emails === undefined ? [] : [t('notices.taken-emails', { count: emails })]),
    ...(codes === undefined ? [] : [t('notices.taken-codes-back')]),
  ];
  return {
    out: out.length === 0 ? null : list(out),
    back: back.length === 0 ? null : list(back),
  };
}
