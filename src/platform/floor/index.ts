export { type Floor, type FloorLink, jobsOf, navigationOf, workOf } from './floor.ts';
