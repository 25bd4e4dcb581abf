import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What Linux counts processor time in; the same on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Processor time so far of a process, its children, and those of them that have ended, in seconds. NaN where the
 * system does not tell.
 */
export function cpuSecondsOf(pid: number): number {
  if (!existsSync(`/proc/${pid}/stat`)) return Number.NaN;
  const family = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(name))
    .filter((stat) => stat?.pid === pid || stat?.parent === pid);
  return family.reduce((sum, stat) => sum + (stat?.ticks ?? 0), 0) / TICKS_PER_SECOND;
}

function readStat(pid: string): { pid: number; parent: number; ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything. Times: user, system, and both of children that have ended.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid: Number(pid), parent: Number(fields[1]), ticks };
  } catch {
    return null; // It ended in between; its parent has its time.
  }
}
