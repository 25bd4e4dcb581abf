export { RECORDS_TABLES } from './floor.ts';
