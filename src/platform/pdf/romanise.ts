import anyAscii from 'any-ascii';
import { type FontFamily, missingLetters } from './fonts.ts';

/** A text that stands on the paper in Latin letters, since no font has its own. */
export type Romanised = {
  readonly text: string;
  readonly as: string;
  /** The characters that no font has, such as `U+9648`. */
  readonly missing: readonly string[];
};

/** Ends what was romanised, and begins the note that says so. */
export const MARK = '*';

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WELL_KNOWN = /^[\p{Script=Latin}\p{Script=Common}]/u;

/**
 * Writes the words that no font has in Latin letters, each stretch of them ended by a mark, and leaves the others as they
 * are.
 * @param found takes what was romanised
 */
export function romanise(
  text: string,
  fonts: readonly FontFamily[],
  found: (romanised: Romanised) => void,
): string {
  const parts = text.split(/(\s+)/).map((part) => {
    const missing = missingLetters(part, fonts);
    return { part, missing, as: missing.length === 0 ? part : inLatin(part, new Set(missing)) };
  });
  return parts
    .map(({ part, missing, as }, at) => {
      if (missing.length === 0) return as;
      found({ text: part, as, missing: [...new Set(missing.flatMap((letter) => [...letter]))].map(codeOf) });
      return (parts[at + 2]?.missing.length ?? 0) > 0 ? as : as + MARK;
    })
    .join('');
}

function inLatin(word: string, missing: ReadonlySet<string>): string {
  const parts = [...letters.segment(word)].map(({ segment }) => {
    if (!missing.has(segment) && WELL_KNOWN.test(segment)) return segment;
    const latin = anyAscii(segment) || '?';
    // A sign of Chinese is a syllable, and a name of several is read as several.
    return /\p{Script=Han}/u.test(segment) ? ` ${latin} ` : latin;
  });
  return parts.join('').replaceAll(/ +/g, ' ').trim();
}

const codeOf = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
