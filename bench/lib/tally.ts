import type { Report } from './plan.ts';

/** Counts what happens between the end of the warm-up and the end. */
export class Tally {
  readonly end: number;
  readonly #begin: number;
  readonly #milliseconds: number[] = [];
  readonly #statuses = new Map<string, number>();
  /** Of this process before it began: starting up is no part of the load. */
  readonly #spent = process.cpuUsage();
  #last = 0;

  constructor(seconds: number, warm = 0) {
    this.#begin = performance.now() + warm * 1000;
    this.end = this.#begin + seconds * 1000;
  }

  get isOver(): boolean {
    return performance.now() >= this.end;
  }

  get done(): number {
    return this.#milliseconds.length;
  }

  /** Something was done that began, or was due, at a time. */
  add(status: number | string, since: number, isWanted = true): void {
    const now = performance.now();
    if (now < this.#begin || now > this.end) return;
    this.#statuses.set(String(status), (this.#statuses.get(String(status)) ?? 0) + 1);
    if (!isWanted) return;
    this.#milliseconds.push(Math.round((now - since) * 1000) / 1000);
    this.#last = now;
  }

  /** @param endedEarly whether the time ends with the last thing done */
  report(endedEarly = false): Report {
    const { user, system } = process.cpuUsage(this.#spent);
    return {
      done: this.done,
      seconds: ((endedEarly ? this.#last : this.end) - this.#begin) / 1000,
      cpuSeconds: (user + system) / 1e6,
      milliseconds: this.#milliseconds,
      statuses: Object.fromEntries(this.#statuses),
    };
  }
}
