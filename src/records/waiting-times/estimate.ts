/** How many cases there are for each number of days. */
export type Counts = ReadonlyMap<number, number>;

/** The waits of a form, or of an office for it, in a stretch of days. Days are counted from 1970. */
export type Waits = {
  /** The first and the last day of the stretch. */
  readonly since: number;
  readonly until: number;
  /** Those that wait, by the day on which they started. */
  readonly open: Counts;
  /** Those that ended within the stretch, by the day on which they started. */
  readonly began: Counts;
  /** The same, by the days that they took: those that were decided, and those that stopped without a decision. */
  readonly decided: Counts;
  readonly stopped: Counts;
};

/** Within how many days cases are decided. */
export type Estimate = {
  readonly decided: number;
  readonly waiting: number;
  /** Days by which 10, 50 and 90 in 100 are decided; null where the stretch did not see so many decided. */
  readonly low: number | null;
  readonly middle: number | null;
  readonly high: number | null;
  /** Up to how many days enough cases were seen to know. */
  readonly observed: number;
};

/** Fewer decisions than these say nothing, and might say something of one of them. */
export const FEWEST_DECIDED = 50;

/** With fewer under watch, one decision would weigh as much as a tenth of all. */
const FEWEST_WATCHED = 10;
/** Shares that are equal but for the rounding of their products. */
const ROUNDING = 1e-9;

/**
 * The product-limit estimate of Kaplan and Meier (1958) over all cases that waited at some time of the stretch. Each is
 * watched from the age that it had when the stretch began, or from its start, to its decision, or to its end without one,
 * or to the stretch's last day, whatever came first (left truncation and right censoring).
 */
export function estimate({ since, until, open, began, decided, stopped }: Waits): Estimate {
  const entering = new Map<number, number>();
  const leaving = new Map<number, number>();
  const add = (to: Map<number, number>, age: number, cases: number) =>
    to.set(age, (to.get(age) ?? 0) + cases);
  let waiting = 0;
  for (const [start, cases] of open) {
    if (start > until) continue;
    waiting += cases;
    add(entering, Math.max(0, since - start), cases);
    add(leaving, until - start, cases);
  }
  for (const [start, cases] of began) add(entering, Math.max(0, since - start), cases);
  for (const [age, cases] of stopped) add(leaving, age, cases);

  const ages = [...new Set([...entering.keys(), ...leaving.keys(), ...decided.keys()])].sort((a, b) => a - b);
  const shares = { low: 0.1, middle: 0.5, high: 0.9 };
  const reached: { low: number | null; middle: number | null; high: number | null } = {
    low: null,
    middle: null,
    high: null,
  };
  let watched = 0;
  let undecided = 1;
  let observed = 0;
  let isEnough = false;
  for (const age of ages) {
    watched += entering.get(age) ?? 0;
    isEnough ||= watched >= FEWEST_WATCHED;
    if (watched >= FEWEST_WATCHED) observed = age;
    const now = decided.get(age) ?? 0;
    if (now > 0 && isEnough) {
      undecided *= Math.max(0, 1 - now / watched);
      for (const name of ['low', 'middle', 'high'] as const)
        if (reached[name] === null && 1 - undecided >= shares[name] - ROUNDING) reached[name] = age;
    }
    watched -= now + (leaving.get(age) ?? 0);
  }
  return {
    ...reached,
    decided: [...decided.values()].reduce((sum, cases) => sum + cases, 0),
    waiting,
    observed: Math.max(observed, reached.high ?? reached.middle ?? reached.low ?? 0),
  };
}
