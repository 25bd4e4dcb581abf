import type { Run } from './bench.ts';
import { cpuSecondsOf } from './cpu.ts';
import type { Report } from './plan.ts';

/** A load's report with what the processors spent meanwhile, warm-up and all, in seconds. */
export type Spent = {
  readonly report: Report;
  readonly server: number;
  readonly postgres: number;
  /** Times that what was counted was done, the warm-up included. */
  readonly times: number;
};

/** @param warm seconds of the load that its report leaves out */
export async function spending(
  run: Run,
  server: { readonly pid: number },
  warm: number,
  work: () => Promise<Report>,
): Promise<Spent> {
  const before = { server: cpuSecondsOf(server.pid), postgres: run.postgres.cpuSeconds() };
  const report = await work();
  return {
    report,
    server: cpuSecondsOf(server.pid) - before.server,
    postgres: run.postgres.cpuSeconds() - before.postgres,
    times: (report.done * (report.seconds + warm)) / report.seconds,
  };
}

/** Milliseconds of processor time for each time, over several loads. */
export function eachOf(spent: readonly Spent[], part: (one: Spent) => number): number {
  const sum = (of: (one: Spent) => number) => spent.reduce((total, one) => total + of(one), 0);
  return (sum(part) * 1000) / sum(({ times }) => times);
}

/** The processor time of the three who share the cores, as a finding shows it. */
export function cpuEach(spent: readonly Spent[], name = ''): Record<string, number> {
  return {
    [`${name}server CPU ms each`]: eachOf(spent, ({ server }) => server),
    [`${name}PostgreSQL CPU ms each`]: eachOf(spent, ({ postgres }) => postgres),
    [`${name}load CPU ms each`]: eachOf(spent, ({ report }) => report.cpuSeconds),
  };
}
