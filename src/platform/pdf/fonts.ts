import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { charactersOf } from './cmap.ts';

/** One face in its weights, and every character that it has in all of them. */
export type FontFamily = {
  readonly name: string;
  readonly files: readonly Uint8Array[];
  readonly characters: ReadonlySet<number>;
};

const PACKAGES = [
  { name: 'Noto Sans', folder: 'noto-sans', file: 'NotoSans' },
  // Noto's Arabic faces repeat letters when text is copied out of a PDF; this one does not.
  { name: 'IBM Plex Sans Arabic', folder: 'ibm-plex-sans-arabic', file: 'IBMPlexSansArabic' },
];
const WEIGHTS = ['400Regular', '700Bold'];

/**
 * The faces of papers: Latin, Greek, Cyrillic, Vietnamese and Devanagari, and Arabic.
 * @throws when a font is not installed
 */
export function loadFonts(): readonly FontFamily[] {
  return PACKAGES.map(({ name, folder, file }) => {
    const files = WEIGHTS.map((weight) =>
      readFileSync(
        fileURLToPath(import.meta.resolve(`@expo-google-fonts/${folder}/${weight}/${file}_${weight}.ttf`)),
      ),
    );
    const [first, ...others] = files.map(charactersOf);
    const characters = new Set(
      [...(first ?? [])].filter((character) => others.every((has) => has.has(character))),
    );
    return { name, files, characters };
  });
}

const letters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Leave no mark of their own, and need no glyph. */
const INVISIBLE = /[\n\p{Default_Ignorable_Code_Point}]/u;

/** The letters of a text that no font has: a letter and its marks have to stand in one font together. */
export function missingLetters(text: string, fonts: readonly FontFamily[]): readonly string[] {
  // Most texts are in one font as a whole, which is asked first, since taking letters apart is slow.
  if (isIn(text, fonts)) return [];
  return [...letters.segment(text)].map(({ segment }) => segment).filter((letter) => !isIn(letter, fonts));
}

const isIn = (text: string, fonts: readonly FontFamily[]): boolean => {
  const characters = [...text];
  return fonts.some(({ characters: has }) =>
    characters.every((character) => has.has(character.codePointAt(0) ?? 0) || INVISIBLE.test(character)),
  );
};
