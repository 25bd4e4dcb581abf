import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type AgencyFault, collect, readAgencyFile } from '../agency/index.ts';
import { REFERENCE_LANGUAGE, readCatalogue } from './catalogue.ts';
import { faultsOfPlurals } from './icu-faults.ts';
import { AGENCY_WORDS } from './languages.ts';
import { parseSentence } from './sentence.ts';

const Messages = z.record(z.string(), z.string().min(1));

/** What is wrong with words, and what somebody who speaks the language may want to look at. */
type WordsReport = { readonly faults: readonly AgencyFault[]; readonly notes: readonly AgencyFault[] };

/**
 * Checks the words of the languages that an agency offers. Wrong are broken messages of its own, ones that take other
 * arguments than the reference or lack a plural form, and a language without words. Missing and untranslated words are
 * notes: people see them in the reference language.
 */
export function checkWords(localesFolder: string, folder: string, languages: readonly string[]): WordsReport {
  const faults: AgencyFault[] = [];
  const notes: AgencyFault[] = [];
  const reference = readCatalogue(join(localesFolder, REFERENCE_LANGUAGE));
  for (const language of languages) {
    const product = join(localesFolder, language);
    const place = join(AGENCY_WORDS, language);
    const isOwn = existsSync(join(folder, place));
    if (!isOwn && !existsSync(product))
      faults.push({
        file: 'agency.json',
        reason: `languages: "${language}" has no words, neither in Portico nor in ${place} of this folder`,
      });
    if (!isOwn) continue;
    const said = new Map(readCatalogue(product));
    const same: string[] = [];
    for (const name of readdirSync(join(folder, place))
      .filter((each) => each.endsWith('.json'))
      .sort()) {
      const file = join(place, name);
      const messages = collect(faults, () => readAgencyFile(folder, file, Messages)) ?? {};
      for (const [word, message] of Object.entries(messages)) {
        const key = `${name.slice(0, -'.json'.length)}.${word}`;
        const english = reference.get(key);
        said.set(key, message);
        if (english === undefined)
          notes.push({ file, reason: `${word}: no word of Portico, so nobody sees it` });
        else
          for (const reason of faultsOfWord(message, english, language))
            faults.push({ file, reason: `${word}: ${reason}` });
        if (language !== REFERENCE_LANGUAGE && message === english && /\p{L}{2}/u.test(message))
          same.push(key);
      }
    }
    const missing = [...reference.keys()].filter((key) => !said.has(key));
    if (missing.length > 0)
      notes.push({
        file: place,
        reason: `missing, so said in English (${missing.length}): ${missing.join(', ')}`,
      });
    if (same.length > 0)
      notes.push({
        file: place,
        reason: `the same as in English, word for word (${same.length}): ${same.join(', ')}`,
      });
  }
  return { faults, notes };
}

function faultsOfWord(message: string, english: string, language: string): readonly string[] {
  try {
    const [own, asked] = [parseSentence(message, language), parseSentence(english, REFERENCE_LANGUAGE)];
    const shown = (name: string) =>
      (asked.uses.get(name) ?? own.uses.get(name))?.has('tag') ? `<${name}>` : `{${name}}`;
    return [
      ...[...own.uses.keys()]
        .filter((name) => !asked.uses.has(name))
        .map((name) => `${shown(name)} is not in the English word`),
      ...[...asked.uses.keys()]
        .filter((name) => !own.uses.has(name))
        .map((name) => `no ${shown(name)}, which the English word has`),
      ...faultsOfPlurals(message, language),
    ];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}
