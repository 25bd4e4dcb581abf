export { folderStorage } from './folder.ts';
export type { Range, Storage, Stored } from './storage.ts';
