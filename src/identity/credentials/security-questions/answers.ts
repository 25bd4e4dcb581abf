import { plainDigits } from '../../../platform/typed/index.ts';

/** What is wrong with an answer that somebody wants to be asked for. */
export type AnswerFault = 'too-short' | 'same';

/** In letters of an alphabet. */
const SHORTEST = 3;
/** Characters that each stand for a syllable or a word, so that a name has two of them: 王芳, 김철. */
const SYLLABLE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Ethiopic}\p{Script=Yi}]/u;
/** Letters that stay themselves when accents are taken off, as people write them without; and sigma at the end of a word. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ς: 'σ',
};
/** Accents of Latin, Greek and Cyrillic, and the vowel marks of Arabic and Hebrew, which many leave out. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]/gu;

/**
 * An answer as it is compared: what people write differently from one time to the next is the same. Case, accents,
 * spaces and punctuation do not count; letters and numbers of every script do.
 */
export function normalAnswer(typed: string): string {
  return plainDigits(typed)
    .normalize('NFKC')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(ACCENTS, '')
    .replaceAll(/[łøđðþæœıς]/gu, (letter) => PLAIN[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')
    .normalize('NFC');
}

/** One syllable or word counts for two letters, which it is at least. */
function lengthOf(answer: string): number {
  return [...answer].reduce((length, letter) => length + (SYLLABLE.test(letter) ? 2 : 1), 0);
}

/** What is wrong with each of the answers that somebody chose, in their order. */
export function judgeAnswers(answers: readonly string[]): readonly (AnswerFault | null)[] {
  const normal = answers.map(normalAnswer);
  return normal.map((answer, at) => {
    if (lengthOf(answer) < SHORTEST) return 'too-short';
    return normal.indexOf(answer) === at ? null : 'same';
  });
}
