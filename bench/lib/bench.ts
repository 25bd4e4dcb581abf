import type { Finding } from './finding.ts';
import type { Postgres } from './postgres.ts';

/** What a bench is handed. */
export type Run = {
  /** A folder of the run's own, removed at its end. */
  readonly folder: string;
  readonly postgres: Postgres;
  /** Short and noisy: for working on the bench itself. */
  readonly quick: boolean;
  /** Where servers leave their processor profiles, when asked for. */
  readonly profileFolder: string | undefined;
};

export type Bench = {
  readonly name: string;
  /** What it measures, for the table. */
  readonly title: string;
  /** What it needs and this machine has not, as a sentence; null when all is there. */
  readonly lacks?: () => string | null;
  measure(run: Run): Promise<readonly Finding[]>;
};

/** The parts of a second number when quick. */
export const either = (run: Run, whole: number, quick: number): number => (run.quick ? quick : whole);
