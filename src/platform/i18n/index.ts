export { COUNTRIES } from './countries.ts';
export { readCatalogue } from './catalogue.ts';
export { type Languages, loadLanguages } from './languages.ts';
export { type CalendarDate, type PlainWordKey, type WordArguments, type WordKey, type Words } from './words.ts';
