/**
 * What nobody sees: zero-width spaces, marks of direction, soft hyphens, fillers and the like (The Unicode Standard, 5.21),
 * and the signs that stand for a note or an object that was not copied along.
 */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffc]+/gu;
const SPACES = /[\p{Zs}\t\u2800]+/gu;

/** Letters and marks of the scripts in which a letter takes another form next to a joiner (Unicode Standard Annex 31, 2.3). */
const JOINS =
  /[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mand}\p{scx=Mong}\p{scx=Nkoo}\p{scx=Phag}\p{scx=Adlm}\p{scx=Rohg}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Tibt}\p{scx=Java}\p{scx=Bali}\p{scx=Mtei}]/u;
/** The signs that take a vowel off an Indic letter; a joiner after one makes a half letter, also where a word ends. */
const VIRAMA = /[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039\u17d2]/u;
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]/u;
/** Letters of which a selector after them chooses the form, as in names of Japan. */
const SELECTABLE = /[\p{Script=Han}\p{Script=Mongolian}\p{Extended_Pictographic}]/u;
const SELECTOR = /^\p{Variation_Selector}/u;
const LETTER = /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}]/u;
/** Letters, digits and signs of the width of a Chinese or Japanese character, and katakana of half of it. */
const OF_OTHER_WIDTH = /[\uff01-\uffee]+/gu;

/** A text without anything that nobody sees: for what is no writing, such as a code or an address. */
export function withoutUnseen(text: string): string {
  return text.replaceAll(UNSEEN, '');
}

/** The same for writing: a joiner or a selector stays where it makes the letter at which it stands. */
export function legible(text: string): string {
  return text.replaceAll(UNSEEN, (run, at: number, whole: string) => belonging(run, whole, at));
}

/** What was typed into one line, as a person sees it: legible, in NFC, without runs of spaces and without any at its ends. */
export function tidyLine(typed: string): string {
  return legible(typed).normalize('NFC').replaceAll(SPACES, ' ').trim();
}

/** A name of a person or a thing, as a line; its letters have the width that is usual. */
export function tidyName(typed: string): string {
  return tidyLine(tidyLine(typed).replaceAll(OF_OTHER_WIDTH, (wide) => wide.normalize('NFKC')));
}

/** Whether a tidied text can be a name: it has a letter of some script. */
export const isName = (tidied: string): boolean => LETTER.test(tidied);

/** What agencies write for a given or a family name that a person does not have: "first name unknown" and the like. */
const NO_NAME = /^(fnu|lnu|xxx)$/iu;

/** Whether a part of a name stands for none, such as `FNU`, `XXX` or `-`. */
export const isNoName = (part: string): boolean => !isName(part) || NO_NAME.test(part);

/** What of a run of unseen signs makes the letters at which it stands. */
function belonging(run: string, whole: string, at: number): string {
  const before = [...whole.slice(Math.max(0, at - 2), at)].at(-1) ?? '';
  const next = whole.codePointAt(at + run.length);
  const after = next === undefined ? '' : String.fromCodePoint(next);
  const selector = SELECTABLE.test(before) ? (SELECTOR.exec(run)?.[0] ?? '') : '';
  const [joiner = ''] = /[\u200c\u200d]/u.exec(run) ?? [];
  return `${selector}${isJoined(before, joiner, after) ? joiner : ''}`;
}

function isJoined(before: string, joiner: string, after: string): boolean {
  if (JOINS.test(before) && JOINS.test(after)) return true;
  if (joiner !== '\u200d') return false;
  return VIRAMA.test(before) || (PICTURE.test(before) && PICTURE.test(after));
}
