/** Where the time comes from. Rules are handed one; tests hand in one that they move. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

/** In milliseconds. */
export const MINUTE = 60_000;
/** In milliseconds. */
export const HOUR = 60 * MINUTE;
/** In milliseconds. */
export const DAY = 24 * HOUR;

/** The instant that many milliseconds from now by the clock. */
export const after = (clock: Clock, milliseconds: number): Date =>
  new Date(clock.now().getTime() + milliseconds);
