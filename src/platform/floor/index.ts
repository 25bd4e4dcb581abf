export { type Floor, jobsOf, workOf } from './floor.ts';
