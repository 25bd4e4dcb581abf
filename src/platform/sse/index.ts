export { type Asked, type FanOut, makeFanOut, type News, type Place } from './fan-out.ts';
