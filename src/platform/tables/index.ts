export type { DataOwner, PersonalData } from './personal-data.ts';
export { type Keeps, type RoomTables, rotationOf, type TableName } from './tables.ts';
