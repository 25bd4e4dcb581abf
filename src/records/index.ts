export { makeRecords, type Records } from './records.ts';
export { recordsRotation } from './rotation.ts';
