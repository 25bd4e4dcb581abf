export { makeReach, type Reach } from './reach.ts';
