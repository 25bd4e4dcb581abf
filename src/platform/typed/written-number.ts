import { codeLetters, likeDigits, plainText } from './codes.ts';

const LONGEST_TYPED = 200;
const PATTERN = /^[A-Z0-9#@]+(-[A-Z0-9#@]+)*$/;
const LONGEST_PATTERN = 30;
const FEWEST_DIGITS = 6;

/**
 * What is wrong with a pattern of numbers: `#` stands for a digit, `@` for a letter, and each capital, digit and dash for itself.
 * @returns null for a pattern that numbers can be read by
 */
export function faultOfPattern(pattern: string): string | null {
  if (pattern.length > LONGEST_PATTERN) return `must have at most ${LONGEST_PATTERN} characters`;
  if (!PATTERN.test(pattern))
    return 'must be of capital letters A to Z, digits, "#" for a digit, "@" for a letter, and dashes between them, such as "ABC-####-######"';
  if (pattern.replaceAll(/[^#]/g, '').length < FEWEST_DIGITS)
    return `must have at least ${FEWEST_DIGITS} times "#", or numbers are soon guessed`;
  return null;
}

/**
 * A number of one of these patterns, as it is stored, from whatever a person types or pastes: words, spaces and signs around
 * and within it, small letters, other scripts' digits, and letters that look like digits where a digit has to be.
 * @param patterns each without a fault
 * @returns null where there is none, or more than one
 */
export function writtenNumber(patterns: readonly string[], typed: string): string | null {
  const text = typed.slice(0, LONGEST_TYPED);
  const whole = codeLetters(text).replaceAll(/[^A-Z0-9]/g, '');
  for (const pattern of patterns) {
    const found = numberAt(pattern, whole, 0);
    if (found?.end === whole.length) return found.number;
  }
  const plain = plainText(text);
  const found = new Set(patterns.flatMap((pattern) => numbersAmongWords(pattern, plain)));
  const [only = null] = found;
  return found.size === 1 ? only : null;
}

/** A number of the pattern that has these digits at its end, zeros before them, and A for each letter that is free. */
export function numberOf(pattern: string, digits: string): string {
  const free = pattern.replaceAll(/[^#]/g, '').length;
  const left = [...digits.padStart(free, '0').slice(-free)];
  return pattern.replaceAll('@', 'A').replaceAll('#', () => left.shift() ?? '0');
}

/** How much may stand between two signs of a number among other words. */
const MOST_BETWEEN = 3;

/** Numbers around which no other letter or digit stands. */
function numbersAmongWords(pattern: string, text: string): readonly string[] {
  return Array.from({ length: text.length }).flatMap((_, at) => {
    if (isSign(text.charAt(at - 1))) return [];
    const found = numberAt(pattern, text, at);
    return found === null || isSign(text.charAt(found.end)) ? [] : [found.number];
  });
}

/**
 * The number that begins at a place of a text. Letters stand together, as in words: something may stand between only where a
 * digit or a dash is.
 */
function numberAt(pattern: string, text: string, from: number): { number: string; end: number } | null {
  let [number, end, before] = ['', from, ''];
  for (const sign of pattern) {
    if (sign !== '-') {
      const isTogether = number === '' || (isLetter(sign) && isLetter(before));
      if (!isTogether) end = afterSpace(text, end);
      const read = readAs(sign, text.charAt(end));
      if (read === null) return null;
      number += read;
      end++;
    } else number += sign;
    before = sign;
  }
  return { number, end };
}

function afterSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && at - from < MOST_BETWEEN && !isSign(text.charAt(at))) at++;
  return at;
}

/** What is written for a letter or digit that stands where the pattern has a sign; null where it cannot stand there. */
function readAs(sign: string, given: string): string | null {
  if (sign === '@') return /^[A-Z]$/.test(given) ? given : null;
  if (isLetter(sign)) return given === sign ? given : null;
  const digit = likeDigits(given);
  if (sign === '#') return /^[0-9]$/.test(digit) ? digit : null;
  return digit === sign ? digit : null;
}

const isSign = (given: string): boolean => /^[A-Z0-9]$/.test(given);
const isLetter = (sign: string): boolean => /^[A-Z@]$/.test(sign);
