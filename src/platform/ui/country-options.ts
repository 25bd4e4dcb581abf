import { COUNTRIES, OTHER_COUNTRY, type Words } from '../i18n/index.ts';
import type { Option } from './select.tsx';

/** Every country by its name in a language, in the order of its letters; what is no country of the list comes last. */
export function countryOptions({ language, country }: Words): readonly Option[] {
  const { compare } = new Intl.Collator(language);
  const last = ({ value }: Option) => Number(value === OTHER_COUNTRY);
  return [...COUNTRIES]
    .map((value) => ({ value, label: country(value) }))
    .sort((a, b) => last(a) - last(b) || compare(a.label, b.label));
}
