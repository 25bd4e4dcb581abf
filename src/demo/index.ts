export { loadBackground } from './background.ts';
export { demoFloor } from './floor.tsx';
export { type DemoParts, loadDemo } from './load.ts';
