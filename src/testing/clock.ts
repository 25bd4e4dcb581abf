import type { Clock } from '../platform/clock/index.ts';

export type MovableClock = Clock & { advance(seconds: number): void };

/** A clock that stands still until it is moved. */
export function movableClock(start = new Date('2026-11-22T12:00:00Z')): MovableClock {
  let now = start.getTime();
  return {
    now: () => new Date(now),
    advance: (seconds) => {
      now += seconds * 1000;
    },
  };
}
