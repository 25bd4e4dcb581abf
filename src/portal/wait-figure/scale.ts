import type { WaitingTime } from '../../records/waiting-times/index.ts';

/** A line of days, of which each has its place. */
export type Scale = {
  /** The last day on it. */
  readonly max: number;
  readonly ticks: readonly number[];
  /** How far from the start of the line a day is, in percent of the picture's width. */
  place(day: number): number;
};

const STEPS = [5, 10, 20, 30, 60, 90, 180, 360, 720, 1800, 3600];
const MOST_TICKS = 5;
/** Room for half of a mark or a number at either end. */
const EDGE = 4;
const AIR = 1.08;

/** A line on which all of these days have room. */
export function scaleTo(days: readonly number[]): Scale {
  const max = Math.max(10, Math.ceil(Math.max(...days) * AIR));
  const step = STEPS.find((each) => max / each <= MOST_TICKS) ?? max;
  return {
    max,
    ticks: Array.from({ length: Math.floor(max / step) + 1 }, (_, count) => count * step),
    place: (day) => EDGE + ((100 - 2 * EDGE) * Math.min(day, max)) / max,
  };
}

/** The last day that a waiting time says something of. */
export function lastDay({ high, observed }: WaitingTime): number {
  return high ?? observed;
}

/** As `anchorAt`, away from another place where there is room, for a text of a quarter of the picture's width. */
export function anchorAway(place: number, other: number | null): 'start' | 'middle' | 'end' {
  if (other === null) return anchorAt(place);
  if (other < place) return place <= 70 ? 'start' : 'end';
  return place >= 30 ? 'end' : 'start';
}

/** On which side of its place a text of up to half the picture's width has room. */
export function anchorAt(place: number): 'start' | 'middle' | 'end' {
  return place < 43 ? 'start' : place > 57 ? 'end' : 'middle';
}
