export { RECORDS_TABLES, recordsFloor } from './floor.ts';
