export { type Foundation, openFoundation } from './foundation.ts';
