export { CASE_TELLINGS } from './cases/index.ts';
export { navigation, portalFloor } from './floor.ts';
