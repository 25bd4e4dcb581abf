import type { PlainWordKey, Words } from '../../../platform/i18n/index.ts';
import { makeThreads } from '../../../platform/threads/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { type BreachedPasswords, noBreachedPasswords } from './breached.ts';
import type { CharacterKind } from './policy.ts';

/** Why a password is refused: told to the person, always (NIST SP 800-63B-4 §3.1.1.2). */
export type PasswordFault =
  | 'too-short'
  | 'too-long'
  | 'breached'
  | 'common'
  | 'personal'
  | 'guessable'
  /** It has no character of a kind that the agency's rules ask for. */
  | `no-${CharacterKind}`
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

/** Letters of scripts that have no capitals are both. */
const CHARACTERS = {
  lowercase: /[\p{Ll}\p{Lo}]/u,
  uppercase: /[\p{Lu}\p{Lt}\p{Lo}]/u,
  digit: /\p{Nd}/u,
  symbol: /[^\p{L}\p{N}\p{M}]/u,
} as const satisfies Record<CharacterKind, RegExp>;

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
      if (verdict.is === 'refused') return verdict;
      if (await breached.has(password)) return { is: 'refused', why: 'breached', score: 0 };
      const lacking = limits.requires.find((kind) => !CHARACTERS[kind].test(password));
      if (lacking !== undefined)
        return { is: 'refused', why: `no-${lacking}`, score: Math.min(verdict.score, 2) };
      return verdict;
    },
  };
}

type Limits = Policy['password'];

/** What a page says of a fault. */
export function sayFault(fault: PasswordFault, { t }: Words, { shortest, longest }: Limits): string {
  switch (fault) {
    case 'too-short':
      return t('password.too-short', { shortest });
    case 'too-long':
      return t('password.too-long', { longest });
    default:
      return t(FAULT_WORDS[fault]);
  }
}

const FAULT_WORDS = {
  breached: 'password.breached',
  common: 'password.common',
  personal: 'password.personal',
  guessable: 'password.guessable',
  same: 'password.same',
  'no-lowercase': 'password.no-lowercase',
  'no-uppercase': 'password.no-uppercase',
  'no-digit': 'password.no-digit',
  'no-symbol': 'password.no-symbol',
} as const satisfies Record<Exclude<PasswordFault, 'too-short' | 'too-long'>, PlainWordKey>;

const KIND_WORDS = {
  lowercase: 'password.lowercase',
  uppercase: 'password.uppercase',
  digit: 'password.digit',
  symbol: 'password.symbol',
} as const satisfies Record<CharacterKind, PlainWordKey>;

/** What a page says beside the field before anything is typed. */
export function sayRules({ t, list }: Words, { shortest, requires }: Limits): string {
  if (requires.length === 0) return t('password.hint', { shortest });
  return t('password.hint-kinds', { shortest, kinds: list(requires.map((kind) => t(KIND_WORDS[kind]))) });
}

export const SCORE_WORDS = [
  'password.score-0',
  'password.score-1',
  'password.score-2',
  'password.score-3',
  'password.score-4',
] as const satisfies readonly PlainWordKey[];

/** What a page says of a password while it is typed, the same as sending the form would. */
export function sayVerdict(
  verdict: PasswordVerdict,
  words: Words,
  limits: Limits,
): { score: number; text: string } {
  const score = words.t(SCORE_WORDS[verdict.score] ?? SCORE_WORDS[0]);
  return {
    score: verdict.score,
    text: verdict.is === 'good' ? score : `${score}. ${sayFault(verdict.why, words, limits)}`,
  };
}
