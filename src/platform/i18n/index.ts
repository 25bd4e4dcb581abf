export { readCatalogue } from './catalogue.ts';
export { COUNTRIES, OTHER_COUNTRY } from './countries.ts';
export { type Languages, loadLanguages } from './languages.ts';
export type { CalendarDate, CountedWordKey, PlainWordKey, WordArguments, WordKey, Words } from './words.ts';
