export { CASE_ACTIVITY_LABELS } from './cases/index.ts';
export { navigation, portalFloor } from './floor.ts';
