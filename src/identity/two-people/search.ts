import { BOUNDS, type Bounds, canonical, type Move, movesOf, play, type Rules, type State } from './model.ts';
import { broken, isIn, ownersMove } from './properties.ts';
import { begun, type Start } from './starts.ts';

/** A state that was reached, and how. */
export type Reached = {
  readonly state: State;
  readonly start: Start;
  readonly from: Reached | null;
  readonly move: Move | null;
};
export type Found = { readonly start: Start; readonly trace: readonly Move[] };
export type Explored = {
  readonly states: number;
  /** All sequences of so many moves were played. */
  readonly depth: number;
  readonly seconds: number;
  /** The shortest way in which each promise is broken. */
  readonly found: ReadonlyMap<string, Found>;
};

/** The moves that led to a state. */
export const traceOf = ({ from, move }: Reached): Move[] =>
  from === null || move === null ? [] : [...traceOf(from), move];

/** Every move of both, and of time. */
export const movesOfAll = (rules: Rules, state: State, bounds: Bounds = BOUNDS): Move[] => [
  ...movesOf(rules, state, 'owner', bounds),
  ...movesOf(rules, state, 'other', bounds),
  ...bounds.waits.map((hours) => ({ is: 'wait', hours }) as const),
];

/** Plays every sequence of moves of both people from every start, the shortest first. */
export function explore(
  rules: Rules,
  starts: readonly Start[],
  {
    depth: most,
    seconds = Number.POSITIVE_INFINITY,
    bounds = BOUNDS,
    onState = () => {},
  }: { depth: number; seconds?: number; bounds?: Bounds; onState?: (reached: Reached) => void },
): Explored {
  const since = performance.now();
  const elapsed = () => (performance.now() - since) / 1000;
  const seen = new Set<string>();
  const found = new Map<string, Found>();
  const add = (into: Reached[], reached: Reached): void => {
    const key = JSON.stringify(reached.state);
    if (seen.has(key)) return;
    seen.add(key);
    into.push(reached);
    onState(reached);
  };
  let layer: Reached[] = [];
  for (const start of starts) {
    const state = begun(rules, start);
    if (state !== null) add(layer, { state, start, from: null, move: null });
  }
  let depth = 0;
  for (; depth < most && layer.length > 0; depth++) {
    const next: Reached[] = [];
    for (const from of layer) {
      if (elapsed() > seconds) return { states: seen.size, depth, seconds: elapsed(), found };
      for (const move of movesOfAll(rules, from.state, bounds)) {
        const step = play(rules, from.state, move);
        const reached = { state: canonical(rules, step.state), start: from.start, from, move };
        for (const what of broken(from.state, move, step))
          if (!found.has(what)) found.set(what, { start: from.start, trace: traceOf(reached) });
        add(next, reached);
      }
    }
    layer = next;
  }
  return { states: seen.size, depth, seconds: elapsed(), found };
}

/** A trace as a line of text. */
export const say = (trace: readonly Move[]): string =>
  trace
    .map((move) => {
      if (move.is === 'wait') return `${move.hours} h`;
      const { is, who, ...more } = move;
      return [who, is, ...Object.values(more)].join(' ');
    })
    .join('; ');

/** How the other wins. */
export type Lost = { readonly why: 'owner is kept out' | 'other is let in'; readonly trace: readonly Move[] };

/** How many days the owner has: a hold and one more. */
const DAYS = 4;
/** More often than this the owner does not come on one day. */
const TRIES = 8;

/** What was found of states of a game, kept between games of the same rules. */
export type Memo = Map<string, Lost | null>;

/**
 * Plays the owner's fixed moves against all that the other can do in between: the owner comes each day, and between any
 * two of their moves the other makes as many as are given.
 * @returns null where the owner is in in time and the other never, else how not
 */
export function game(
  rules: Rules,
  start: State,
  { between, bounds = BOUNDS, memo = new Map() }: { between: number; bounds?: Bounds; memo?: Memo },
): Lost | null {
  const from = (state: State, days: number, tries: number, wasIn: boolean): Lost | null => {
    const key = `${days}${tries}${wasIn}${JSON.stringify(state)}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    const lost = answer(state, days, tries, wasIn);
    memo.set(key, lost);
    return lost;
  };
  const answer = (state: State, days: number, tries: number, wasIn: boolean): Lost | null => {
    for (const { after, moves, isOtherIn } of othersTurns(rules, state, between, bounds)) {
      if (isOtherIn) return { why: 'other is let in', trace: moves };
      const move = tries === 0 ? null : ownersMove(rules, after, wasIn || isIn(after, 'owner'));
      if (move === null && days === 0) {
        if (wasIn || isIn(after, 'owner')) continue;
        return { why: 'owner is kept out', trace: moves };
      }
      const made: Move = move ?? { is: 'wait', hours: 24 };
      const next = canonical(rules, play(rules, after, made).state);
      const isNowIn = wasIn || isIn(next, 'owner');
      const lost =
        move === null ? from(next, days - 1, TRIES, isNowIn) : from(next, days, tries - 1, isNowIn);
      if (lost !== null) return { ...lost, trace: [...moves, made, ...lost.trace] };
    }
    return null;
  };
  return from(start, DAYS, TRIES, false);
}

function othersTurns(rules: Rules, start: State, most: number, bounds: Bounds) {
  const seen = new Set([JSON.stringify(start)]);
  const turns: { after: State; moves: readonly Move[]; isOtherIn: boolean }[] = [
    { after: start, moves: [], isOtherIn: false },
  ];
  for (const turn of turns) {
    if (turn.moves.length === most || turn.isOtherIn) continue;
    for (const move of movesOf(rules, turn.after, 'other', bounds)) {
      const { state, events } = play(rules, turn.after, move);
      const after = canonical(rules, state);
      const key = JSON.stringify(after);
      if (seen.has(key)) continue;
      seen.add(key);
      const isOtherIn = events.some((event) => event.is === 'let-in' && event.who === 'other');
      turns.push({ after, moves: [...turn.moves, move], isOtherIn });
    }
  }
  return turns;
}
