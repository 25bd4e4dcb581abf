export { zoneName, zoneNamed, zoneOptions } from './zones.ts';
