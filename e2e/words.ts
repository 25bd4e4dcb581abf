import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { root } from './built.ts';

export type Language = 'en' | 'es';

/** Says an English text of Portico's as a reader of some language sees it; fails on a text that Portico does not have. */
export type Say = (english: string, values?: Record<string, string | number>) => string;

const locales = join(root, 'locales');
const agency = join(root, 'agencies/arcadia');

/** Every text of the product and the agency, by its English. One English text may have several translations. */
const texts = new Map<string, Record<Language, string>>();
for (const file of readdirSync(join(locales, 'en'))) {
  const [en, es] = (['en', 'es'] as const).map(
    (language): Record<string, string> => JSON.parse(readFileSync(join(locales, language, file), 'utf8')),
  );
  for (const [key, text] of Object.entries(en ?? {})) texts.set(text, { en: text, es: es?.[key] ?? '' });
}
for (const file of ['agency.json', 'statuses.json', 'forms.json', 'inbox.json'])
  collect(JSON.parse(readFileSync(join(agency, file), 'utf8')));

function collect(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if ('en' in value && 'es' in value && typeof value.en === 'string' && typeof value.es === 'string')
    texts.set(value.en, { en: value.en, es: value.es });
  else for (const inner of Object.values(value)) collect(inner);
}

export function speaker(language: Language): Say {
  return (english, values) => {
    const text = texts.get(english)?.[language];
    if (text === undefined) throw new Error(`Portico has no text “${english}”`);
    return values === undefined ? text : String(new IntlMessageFormat(text, language).format(values));
  };
}
