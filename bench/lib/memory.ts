import { setTimeout as sleep } from 'node:timers/promises';
import { readMetrics } from './metrics.ts';
import type { Portico } from './portico.ts';

const MEGABYTE = 2 ** 20;
/** Enough for a collection, and for the system to take back what is free. */
const REST = 2000;

/** What the process of a server holds once its garbage is collected, in MB. */
export async function megabytesCollected({ pid, metricsUrl }: Portico): Promise<number> {
  process.kill(pid, 'SIGUSR2');
  await sleep(REST);
  return (await readMetrics(metricsUrl)).sum('process_resident_memory_bytes') / MEGABYTE;
}
