export { RECORDS_TABLES, type Records, recordsFloor } from './floor.ts';
