export { portalFloor } from './floor.ts';
