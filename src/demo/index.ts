export { loadBackground } from './background.ts';
export { faultsOfDemo } from './check.ts';
export { demoLines } from './feed.ts';
export { demoFloor } from './floor.tsx';
export { type DemoParts, loadDemo } from './load.ts';
export { hasDemo } from './material.ts';
export { DEMO_TABLES } from './tables.ts';
export { loadTimes } from './times.ts';
