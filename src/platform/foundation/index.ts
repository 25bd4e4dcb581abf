export { type Foundation, openFoundation } from './foundation.ts';
export { FOUNDATION_TABLES } from './tables.ts';
