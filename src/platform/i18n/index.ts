export { readCatalogue } from './catalogue.ts';
export { checkWords } from './check.ts';
export { COUNTRIES, OTHER_COUNTRY } from './countries.ts';
export { faultsOfPlurals } from './icu-faults.ts';
export { LANGUAGE_FIELD } from './language-field.ts';
export { type Languages, loadLanguages } from './languages.ts';
export { type ArgumentUse, parseSentence, type Sentence } from './sentence.ts';
export {
  type CalendarDate,
  type CountedWordKey,
  type MissingWord,
  makeWords,
  type PlainWordKey,
  type WordArguments,
  type WordKey,
  type Words,
} from './words.ts';
