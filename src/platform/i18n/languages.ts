import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Agency } from '../agency/index.ts';
import { type Catalogue, REFERENCE_LANGUAGE, readCatalogue } from './catalogue.ts';
import { type MissingWord, makeWords, type Words } from './words.ts';

/** The languages that an agency offers, in its order; the first is the fallback. */
export type Languages = {
  readonly all: readonly Words[];
  /** The words of a language, or of the fallback when the agency does not offer it. */
  get(language: string | undefined): Words;
  offers(language: string): boolean;
  /** The offered language that an `Accept-Language` header prefers (RFC 9110 §12.5.4). */
  negotiate(acceptLanguage: string | undefined): Words;
};

type AgencyLanguages = Pick<Agency, 'folder' | 'timeZone'> & { readonly languages: readonly string[] };

/** Where an agency's own words are, beside the product's; in it a folder for each language. */
export const AGENCY_WORDS = 'locales';

/**
 * Loads the words of each language that the agency offers: the product's of `locales/<language>/`, and over them those of
 * the agency's own folder. What both lack is said in the reference language.
 * @param missing told once of each word that had to be said in another language
 * @throws when a language has no folder or a message is broken
 */
export function loadLanguages(
  localesFolder: string,
  { folder, languages, timeZone }: AgencyLanguages,
  missing: MissingWord = () => {},
): Languages {
  const places = [localesFolder, join(folder, AGENCY_WORDS)];
  const catalogueOf = (language: string): Catalogue =>
    new Map(places.flatMap((place) => [...readCatalogue(join(place, language))]));
  const reference = catalogueOf(REFERENCE_LANGUAGE);
  const all = languages.map((language) => {
    if (!places.some((place) => existsSync(join(place, language))))
      throw new Error(`no words for language "${language}" in ${places.join(' or ')}`);
    return makeWords(language, catalogueOf(language), timeZone, { reference, missing });
  });
  const [fallback] = all;
  if (fallback === undefined) throw new Error('an agency offers at least one language');
  const byTag = new Map(all.map((words) => [words.language, words]));
  return {
    all,
    get: (language) => byTag.get(language ?? '') ?? fallback,
    offers: (language) => byTag.has(language),
    negotiate: (header) => {
      for (const tag of preferred(header ?? '')) {
        const words = byTag.get(tag) ?? byTag.get(tag.split('-')[0] ?? tag);
        if (words !== undefined) return words;
      }
      return fallback;
    },
  };
}

function preferred(header: string): string[] {
  return header
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
      return { tag: tag.trim().toLowerCase(), q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => tag !== '' && q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);
}
