import type { PlainWordKey, Words } from '../../platform/i18n/index.ts';
import { makeThreads } from '../../platform/threads/index.ts';
import type { Policy } from '../policy/index.ts';
import { type BreachedPasswords, noBreachedPasswords } from './breached.ts';

/** Why a password is refused: told to the person, always (NIST SP 800-63B-4 §3.1.1.2). */
export type PasswordFault =
  | 'too-short'
  | 'too-long'
  | 'breached'
  | 'common'
  | 'personal'
  | 'guessable'
  /** The one that the account has: whoever knows it would keep it. */
  | 'same';

export type PasswordVerdict =
  | { readonly is: 'good'; readonly password: string; readonly score: number }
  | { readonly is: 'refused'; readonly why: PasswordFault; readonly score: number };

export type PasswordRules = {
  /**
   * Judges a new password.
   * @param own words that the person has used elsewhere, such as a name or an address
   * @returns the password in NFC, fit to be hashed, or why it is refused; the score is zxcvbn's, 0 to 4
   * @throws ThreadsBusy
   */
  judge(password: string, own: readonly string[]): Promise<PasswordVerdict>;
};

/** What the thread is asked: a password in NFC and of fit length, and the words that it must not be built from. */
export type Question = {
  readonly password: string;
  readonly words: readonly string[];
  readonly leastScore: number;
};

/** What a hash is made of: the same characters, however a keyboard composes them (NIST SP 800-63B-4 §3.1.1.2). */
export function normalPassword(password: string): string {
  return password.normalize('NFC');
}

const FIVE_MINUTES = 300_000;

/**
 * @param agencyWords words of the agency, of which no password may be built (ASVS 6.2.11)
 * @param breached passwords that were stolen somewhere, of which none may be used
 */
export function passwordRules(
  { password: limits }: Pick<Policy, 'password'>,
  agencyWords: readonly string[],
  breached: BreachedPasswords = noBreachedPasswords,
): PasswordRules {
  const judges = makeThreads<Question, PasswordVerdict>({
    module: ['judge', import.meta.url],
    most: 1,
    mostWaiting: 64,
    patience: 5_000,
    retireAfter: FIVE_MINUTES,
    megabytes: 128,
  });
  return {
    judge: async (typed, own) => {
      const password = normalPassword(typed);
      const length = [...password].length;
      const tooShort = length < limits.shortest;
      if (tooShort || length > limits.longest)
        return { is: 'refused', why: tooShort ? 'too-short' : 'too-long', score: 0 };
      const words = [...own, ...agencyWords];
      const verdict = await judges.ask({ password, words, leastScore: limits.score });
      if (verdict.is === 'good' && (await breached.has(password)))
        return { is: 'refused', why: 'breached', score: 0 };
      return verdict;
    },
  };
}

export const FAULT_WORDS = {
  'too-short': 'password.too-short',
  'too-long': 'password.too-long',
  breached: 'password.breached',
  common: 'password.common',
  personal: 'password.personal',
  guessable: 'password.guessable',
  same: 'password.same',
} as const satisfies Record<PasswordFault, string>;

export const SCORE_WORDS = [
  'password.score-0',
  'password.score-1',
  'password.score-2',
  'password.score-3',
  'password.score-4',
] as const satisfies readonly PlainWordKey[];

/** What a page says of a password while it is typed, the same as sending the form would. */
export function sayVerdict(verdict: PasswordVerdict, { t }: Words): { score: number; text: string } {
  const score = t(SCORE_WORDS[verdict.score] ?? SCORE_WORDS[0]);
  return {
    score: verdict.score,
    text: verdict.is === 'good' ? score : `${score}. ${t(FAULT_WORDS[verdict.why])}`,
  };
}
