import { z } from 'zod';
import type { WordKey, Words } from '../../../platform/i18n/index.ts';
import type { FactorKind } from '../policy/index.ts';

/** What "this wasn't me" takes out of an account, and what it brings back. */
export type TakenKind = FactorKind | 'questions' | 'email' | 'email-back' | 'backup-code-back';
/** How many of each; what there was none of is left out. */
export type TakenOut = { readonly [K in TakenKind]?: number };

const OUT = {
  email: 'notices.taken-emails',
  'sms-code': 'notices.taken-phones',
  'authenticator-app': 'notices.taken-apps',
  passkey: 'notices.taken-passkeys',
  'backup-code': 'notices.taken-backup-codes',
  questions: 'notices.taken-questions',
} as const satisfies Record<Exclude<TakenKind, 'email-back' | 'backup-code-back'>, WordKey>;

const Count = z.coerce.number().int().min(1).max(99).optional().catch(undefined);
const Counts = z.object({
  email: Count,
  'sms-code': Count,
  'authenticator-app': Count,
  passkey: Count,
  'backup-code': Count,
  questions: Count,
  'email-back': Count,
  'backup-code-back': Count,
} satisfies Record<TakenKind, unknown>);

/** Reads it from an address or an event; what is not understood is left out. */
export function readTakenOut(from: unknown): TakenOut {
  const read = Counts.safeParse(from);
  return read.success
    ? Object.fromEntries(Object.entries(read.data).filter(([, count]) => count !== undefined))
    : {};
}

/** What was taken out and what was brought back, each as a list in words; null where that is nothing. */
export function sayTakenOut(
  taken: TakenOut,
  { t, list }: Pick<Words, 't' | 'list'>,
): { readonly out: string | null; readonly back: string | null } {
  const out = (
    ['email', 'sms-code', 'authenticator-app', 'passkey', 'backup-code', 'questions'] as const
  ).flatMap((kind) => (taken[kind] === undefined ? [] : [t(OUT[kind], { count: taken[kind] })]));
  const emails = taken['email-back'];
  const back = [
    ...(emails === undefined ? [] : [t('notices.taken-emails', { count: emails })]),
    ...(taken['backup-code-back'] === undefined ? [] : [t('notices.taken-codes-back')]),
  ];
  return {
    out: out.length === 0 ? null : list(out),
    back: back.length === 0 ? null : list(back),
  };
}
