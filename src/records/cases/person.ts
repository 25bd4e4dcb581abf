import type { BlindIndexes, Vault } from '../../platform/crypto/index.ts';
import { codeLetters, isNoName } from '../../platform/typed/index.ts';
import type { NumberedPerson } from './store.ts';

/** A person as the agency's record names them. One of the two names may be empty. */
export type RecordedPerson = {
  readonly family: string;
  readonly given: string;
  /** `YYYY-MM-DD` */
  readonly born: string;
  /** ISO 3166-1 alpha-2 */
  readonly birthCountry: string;
  readonly agencyNumber?: string | undefined;
};

/**
 * A name as papers write it: given, then family; in characters that set no spaces the family first, with none between. Without
 * what stands for a name that the person does not have.
 * @returns text of one line, never empty where one of the two is not
 */
export function writtenName({ family, given }: Pick<RecordedPerson, 'family' | 'given'>): string {
  const isUnspaced = UNSPACED.test(family + given);
  const names = (isUnspaced ? [family, given] : [given, family]).filter((part) => part !== '');
  const own = names.filter((part) => !isNoName(part));
  return (own.length > 0 ? own : names).join(isUnspaced ? '' : ' ');
}

/** A person as they name themselves. */
export type NamedPerson = {
  readonly fullName: string;
  /** `YYYY-MM-DD` */
  readonly born: string;
  /** ISO 3166-1 alpha-2 */
  readonly birthCountry: string;
};

// Accents and vowel points that people leave out. Marks that are letters in all but name (Indic vowels, Japanese
// voicing) are not among them.
const ACCENTS =
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640]/gu;
const INVISIBLE = /\p{Cf}/gu;
const APOSTROPHES = /['\u0060\u00b4\u02b9-\u02bf\u2018-\u201b\u2032\u05f3\uff07]/gu;
const SPACES = /\s+/u;
const SEPARATORS = /[^\p{L}\p{N}\p{M}]+/u;
// Written without spaces between family and given name, so that only the characters can be compared.
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const FOLDED: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ŋ: 'n',
  ς: 'σ',
  ى: 'ي',
};
const FOLDABLE = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'gu');

/**
 * The parts of a name, so that two ways of writing one name give the same parts: case, accents, apostrophes, order,
 * spaces and hyphens do not count. Works for every script.
 * @returns the parts, sorted; none when the text has no letter or digit
 */
export function nameParts(name: string): readonly string[] {
  return name
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(ACCENTS, '')
    .replace(INVISIBLE, '')
    .replace(APOSTROPHES, '')
    .replace(FOLDABLE, (letter) => FOLDED[letter] ?? letter)
    .normalize('NFC')
    .split(SEPARATORS)
    .flatMap((part) => (UNSPACED.test(part) ? [...part] : [part]))
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .sort();
}

/** The blind indexes of a person: equal for the same name parts, date and country of birth; the first is written. */
export function personIndexes(vault: Vault, person: NamedPerson): BlindIndexes {
  const parts = nameParts(person.fullName).join(' ');
  return vault.blindIndexes('person', `${parts}\n${person.born}\n${person.birthCountry}`);
}

/**
 * The blind indexes under which the agency may have a person who names themselves: with their letters as they write them or as
 * machines do (`Müller`, `Mueller`; ICAO 9303-3 §6), and with what stands for a name that they do not have.
 */
export function claimedPersonIndexes(vault: Vault, person: NamedPerson): BlindIndexes {
  const [first, ...more] = personIndexes(vault, person);
  const others = waysToWrite(person.fullName).flatMap((fullName) =>
    personIndexes(vault, { ...person, fullName }),
  );
  return [first, ...more, ...others];
}

/** Names that stand for none, one of which a record may have beside the others. */
const PLACEHOLDERS = ['', 'FNU', 'LNU', 'XXX'];
/** Letters that are written in two ways: without their marks, or as two letters. */
const TWO_WAYS: Readonly<Record<string, readonly [string, string]>> = {
  ä: ['a', 'ae'],
  æ: ['a', 'ae'],
  ae: ['a', 'ae'],
  å: ['a', 'aa'],
  aa: ['a', 'aa'],
  ö: ['o', 'oe'],
  ø: ['o', 'oe'],
  oe: ['o', 'oe'],
  ü: ['u', 'ue'],
  ue: ['u', 'ue'],
};
const WRITTEN_TWO_WAYS = new RegExp(Object.keys(TWO_WAYS).join('|'), 'gu');
/** Letters of a name for which both ways are tried; a name has few. */
const MOST_TWO_WAYS = 5;

/** None for what names nobody: without its name a record would be anybody's. */
function waysToWrite(name: string): readonly string[] {
  const lower = name.normalize('NFC').toLowerCase();
  const letters = [...lower.matchAll(WRITTEN_TWO_WAYS)].slice(0, MOST_TWO_WAYS);
  let ways = [''];
  let from = 0;
  for (const { 0: letter, index } of letters) {
    const before = lower.slice(from, index);
    ways = ways.flatMap((way) => (TWO_WAYS[letter] ?? [letter]).map((as) => `${way}${before}${as}`));
    from = index + letter.length;
  }
  return ways.flatMap((way) => {
    const named = `${way}${lower.slice(from)}`.split(SPACES).filter((part) => !isNoName(part));
    if (named.length === 0) return [];
    return PLACEHOLDERS.map((placeholder) => [...named, placeholder].join(' '));
  });
}

/** The blind indexes of a person as the record names them; the same as of one who gives both names as one. */
export function recordedPersonIndexes(vault: Vault, person: RecordedPerson): BlindIndexes {
  const fullName = `${person.given} ${person.family}`;
  return personIndexes(vault, { fullName, born: person.born, birthCountry: person.birthCountry });
}

/** The blind indexes of a number that the agency gives to a person, however it is spaced; the first is written. */
export function agencyNumberIndexes(vault: Vault, agencyNumber: string): BlindIndexes {
  return vault.blindIndexes('agency-number', codeLetters(agencyNumber).replaceAll(/[^A-Z0-9]/g, ''));
}

/** A person and their agency number; nobody where they have none. */
export function numberedPeople(vault: Vault, person: RecordedPerson): readonly NumberedPerson[] {
  if (person.agencyNumber === undefined) return [];
  const number = agencyNumberIndexes(vault, person.agencyNumber);
  return [{ number, person: recordedPersonIndexes(vault, person) }];
}
