import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import * as common from '@zxcvbn-ts/language-common';
import * as english from '@zxcvbn-ts/language-en';
import * as spanish from '@zxcvbn-ts/language-es-es';
import type { PasswordFault, PasswordVerdict, Question } from './passwords.ts';

// Loaded in a thread of its own (judge.ts): the lists take 40 MB, and it thinks for tens of milliseconds.

/**
 * The cost of scoring grows with the cube of the length and with every look-alike letter: seconds for a hostile text of
 * 100. Much less tells a strong password from a weak one; what follows only adds to it.
 */
const SCORED = 40;
const LOOK_ALIKES = 16;

const zxcvbn = new ZxcvbnFactory({
  dictionary: { ...common.dictionary, ...english.dictionary, ...spanish.dictionary },
  graphs: common.adjacencyGraphs,
  maxLength: SCORED,
  l33tMaxSubstitutions: LOOK_ALIKES,
});
const commonPasswords = new Set(common.dictionary['passwords-common']);

/** Judges a password by what is easy to guess: what many have, what the person's words give away, and zxcvbn's score. */
export function judgePassword({ password, words, leastScore }: Question): PasswordVerdict {
  const personal = parts(words);
  const spellings = [...new Set([password, unaccented(password)])];
  const score = Math.min(
    ...spellings.map((spelling) => zxcvbn.check(spelling.slice(0, SCORED), personal).score),
  );
  const refused = (why: PasswordFault): PasswordVerdict => ({
    is: 'refused',
    why,
    score: Math.min(score, 2),
  });
  const lower = spellings.map((spelling) => spelling.toLowerCase());
  if (lower.some(isCommon)) return refused('common');
  if (lower.some((spelling) => isBuiltFrom(spelling, personal))) return refused('personal');
  if (score < leastScore) return refused('guessable');
  return { is: 'good', password, score };
}

/** As thieves' lists have it: contraseña stands there as contrasena. */
function unaccented(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').normalize('NFC');
}

function isCommon(password: string): boolean {
  return commonPasswords.has(password) || isRepeated(password, (part) => commonPasswords.has(part));
}

/** The words in some texts that are long enough to be recognised. */
function parts(texts: readonly string[]): string[] {
  const words = texts
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.normalize('NFC').toLowerCase())
    .flatMap((word) => [word, unaccented(word)]);
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
