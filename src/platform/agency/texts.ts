import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { faultsOfText, type Localized } from './agency.ts';
import { type AgencyFault, collect } from './faults.ts';
import { placeOf, readAgencyFile } from './read.ts';

const FILES = ['agency.json', 'forms.json', 'statuses.json', 'offices.json', 'document-kinds.json'];
const FOLDERS = ['notices', 'statements'];

/** Of such a text there is nothing to translate: a name of one word, a number, a code. */
const HAS_WORDS = /\p{L}{2}.*\s.*\p{L}{2}/u;

/**
 * Texts of an agency that a language says word for word like the first one that the agency offers: likely nobody has
 * translated them. Names may well be the same, so that these are no faults.
 */
export function untranslatedTexts(folder: string, languages: readonly string[]): readonly AgencyFault[] {
  const [first, ...others] = languages;
  if (first === undefined) return [];
  const within = FOLDERS.filter((each) => existsSync(join(folder, each))).flatMap((each) =>
    readdirSync(join(folder, each)).map((name) => join(each, name)),
  );
  const files = [
    ...FILES.filter((file) => existsSync(join(folder, file))),
    ...within.filter((name) => name.endsWith('.json')),
  ];
  return files.flatMap((file) =>
    [...textsOf(folder, file, languages)].flatMap(({ place, texts }) =>
      others
        .filter((language) => texts[language] === texts[first] && HAS_WORDS.test(texts[first] ?? ''))
        .map((language) => ({
          file,
          reason: `${place}: ${language} is the same as ${first}, word for word`,
        })),
    ),
  );
}

/** Texts that lack a language in a file that has other faults too, for which nobody has read it to its end. */
export function incompleteTexts(
  folder: string,
  file: string,
  languages: readonly string[],
): readonly AgencyFault[] {
  return [...textsOf(folder, file, languages)].flatMap(({ place, texts }) =>
    faultsOfText(file, place, texts, languages),
  );
}

type Text = { readonly place: string; readonly texts: Localized };

/** Whatever looks like a text in languages of the agency; nothing where the file cannot be read, which others tell of. */
function* textsOf(folder: string, file: string, languages: readonly string[]): Generator<Text> {
  const data = collect([], () => readAgencyFile(folder, file, z.unknown()));
  yield* within(data, []);

  function* within(value: unknown, path: readonly PropertyKey[]): Generator<Text> {
    if (typeof value !== 'object' || value === null) return;
    const texts = Texts.safeParse(value);
    const isText = texts.success && Object.keys(texts.data).some((key) => languages.includes(key));
    if (isText) yield { place: placeOf(path, data), texts: texts.data };
    else
      for (const [key, each] of Object.entries(value))
        yield* within(each, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

const Texts = z.record(z.string(), z.string());
