import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';
import type { PlainWordKey, Words } from '../../platform/i18n/index.ts';
import type { Policy } from '../policy/index.ts';

/** Why a password is refused: told to the person, always (NIST SP 800-63B-4 §3.1.1.2). */
export type PasswordFault = 'too-short' | 'too-long' | 'common' | 'personal' | 'guessable';

export type PasswordVerdict =
  | { readonly is: 'good'; readonly password: string; readonly score: number }
  | { readonly is: 'refused'; readonly why: PasswordFault; readonly score: number };

export type PasswordRules = {
  /**
   * Judges a new password.
   * @param own words that the person has used elsewhere, such as a name or an address
   * @returns the password in NFC, fit to be hashed, or why it is refused; the score is zxcvbn's, 0 to 4
   */
  judge(password: string, own: readonly string[]): PasswordVerdict;
};

/** What a hash is made of: the same characters, however a keyboard composes them (NIST SP 800-63B-4 §3.1.1.2). */
export function normalPassword(password: string): string {
  return password.normalize('NFC');
}

/**
 * Scoring holds up everybody else, and its cost grows with the cube of the length and with every look-alike letter:
 * seconds for a hostile text of 100. Much less tells a strong password from a weak one; what follows only adds to it.
 */
const SCORED = 40;
const LOOK_ALIKES = 16;

/** @param agencyWords words of the agency, of which no password may be built (ASVS 6.2.11) */
export function passwordRules(
  { password: limits }: Pick<Policy, 'password'>,
  agencyWords: readonly string[],
): PasswordRules {
  const zxcvbn = new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...english.dictionary },
    graphs: common.adjacencyGraphs,
    maxLength: SCORED,
    l33tMaxSubstitutions: LOOK_ALIKES,
  });
  const commonPasswords = new Set(common.dictionary['passwords-common']);
  return {
    judge: (typed, own) => {
      const password = normalPassword(typed);
      const length = [...password].length;
      const lower = password.toLowerCase();
      const tooShort = length < limits.shortest;
      if (tooShort || length > limits.longest) {
        return { is: 'refused', why: tooShort ? 'too-short' : 'too-long', score: 0 };
      }
      const personal = parts([...own, ...agencyWords]);
      const { score } = zxcvbn.check(password.slice(0, SCORED), personal);
      const refused = (why: PasswordFault): PasswordVerdict => ({
        is: 'refused',
        why,
        score: Math.min(score, 2),
      });
      if (commonPasswords.has(lower) || isRepeated(lower, (part) => commonPasswords.has(part)))
        return refused('common');
      if (isBuiltFrom(lower, personal)) return refused('personal');
      if (score < limits.score) return refused('guessable');
      return { is: 'good', password, score };
    },
  };
}

export const FAULT_WORDS = {
  'too-short': 'password.too-short',
  'too-long': 'password.too-long',
  common: 'password.common',
  personal: 'password.personal',
  guessable: 'password.guessable',
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

/** The words in some texts that are long enough to be recognised. */
function parts(texts: readonly string[]): string[] {
  const words = texts
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.normalize('NFC').toLowerCase());
  return [...new Set(words)].filter((word) => [...word].length >= 3);
}

/** Whether hardly anything is left of a password once the known words are taken out. */
function isBuiltFrom(password: string, words: readonly string[]): boolean {
  let left = password;
  for (const word of [...words].sort((a, b) => b.length - a.length)) left = left.replaceAll(word, '');
  const letters = left.replaceAll(/[^\p{L}]/gu, '');
  return left !== password && letters.length < 4 && left.length < 8;
}

function isRepeated(password: string, known: (part: string) => boolean): boolean {
  for (let length = 1; length <= password.length / 2; length++) {
    if (password.length % length !== 0) continue;
    const part = password.slice(0, length);
    if (part.repeat(password.length / length) === password && (length < 6 || known(part))) return true;
  }
  return false;
}
