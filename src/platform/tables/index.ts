export { type Keeps, type RoomTables, rotationOf, type TableName } from './tables.ts';
