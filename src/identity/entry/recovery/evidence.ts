import type { HeldFor } from '../../core/open-recoveries/index.ts';

/** What a person no longer has; `nothing` where only a wait keeps them out. */
export type Lost = 'nothing' | 'password' | 'second-step' | 'both' | 'everything';

/** What proves, apart from each other, that an account is a person's. `agency`: two operators saw the person's papers. */
export type Evidence = 'email' | 'password' | 'second-step' | 'backup-code' | 'agency';

/** What a way back makes anew. */
type Made = 'password' | 'authenticator';

/**
 * What each loss asks for, in the order in which it is asked, whether a hold follows, and what is then made anew. Two
 * things are always proven, and where neither is an authenticator that the person still has, time and word to every
 * address stand in for it (NIST SP 800-63B-4 §4.2; ASVS 6.4.3, 6.4.4).
 */
const WAYS: Readonly<
  Record<
    Lost,
    { readonly asks: readonly Evidence[]; readonly holds: boolean; readonly makes: readonly Made[] }
  >
> = {
  nothing: { asks: ['email'], holds: false, makes: [] },
  password: { asks: ['email', 'second-step'], holds: false, makes: ['password'] },
  'second-step': { asks: ['password', 'email'], holds: true, makes: ['authenticator'] },
  both: { asks: ['email', 'backup-code'], holds: true, makes: ['password', 'authenticator'] },
  everything: { asks: ['agency'], holds: true, makes: ['password', 'authenticator'] },
};

/** Where somebody on the way back stands. */
export type Stage =
  /** An emailed link is to be opened. */
  | 'link'
  /** An emailed code is to be entered. */
  | 'code'
  /** A second step, or a backup code, is to be taken. */
  | 'confirm'
  /** Everything is proven and the hold runs. */
  | 'hold'
  | 'new-password'
  | 'authenticator';

export type RecoveryState = {
  readonly lost: Lost;
  readonly evidence: readonly Evidence[];
  readonly holdEndsAt: Date | null;
  /** Whether the new password is chosen already. */
  readonly hasPassword: boolean;
};

/** The next step, which follows from what is proven and from nothing else. */
export function stageOf({ lost, evidence, holdEndsAt, hasPassword }: RecoveryState, now: Date): Stage {
  const missing = missingEvidence(lost, evidence);
  switch (missing) {
    case 'email':
      return isByLink(lost) ? 'link' : 'code';
    case 'password':
      throw new Error('a lost second step begins with a right password');
    case 'agency':
      throw new Error('what operators begin rests on papers from the start');
    case 'second-step':
    case 'backup-code':
      return 'confirm';
    case undefined:
      if (holdEndsAt === null ? WAYS[lost].holds : now < holdEndsAt) return 'hold';
      return WAYS[lost].makes.includes('password') && !hasPassword ? 'new-password' : 'authenticator';
  }
}

/** Whether the email is proven by a link, which may be opened elsewhere, or by a code in the same browser. */
export const isByLink = (lost: Lost): boolean => lost === 'nothing' || lost === 'password';

/** What is to be proven next. */
export function missingEvidence(lost: Lost, evidence: readonly Evidence[]): Evidence | undefined {
  return WAYS[lost].asks.find((asked) => !evidence.includes(asked));
}

/**
 * What a hold is for that begins once everything is proven; null where none does: a lost password has one only where what
 * proved it is not settled.
 */
export function heldFor(lost: Lost, { unsettled }: { readonly unsettled: boolean }): HeldFor | null {
  return lost !== 'nothing' && (unsettled || WAYS[lost].holds) ? lost : null;
}

/** Whether a way back ends with a new password alone. */
export const endsWithPassword = (lost: Lost): boolean => !WAYS[lost].makes.includes('authenticator');
