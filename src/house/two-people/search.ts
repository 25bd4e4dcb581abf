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

/** What the other tries: against the owner, or to get in by a way back, or by whatever means. */
export type Aim = 'owner is kept out' | 'owner can change nothing' | 'other is let in' | 'other is in';
/** How the other reaches an aim. */
export type Lost = { readonly why: Aim; readonly trace: readonly Move[] };
/** What was found of states, kept between games of the same rules, aims and bounds. */
export type Memo = Map<string, Lost | null>;

/** How many days the owner has: a hold and one more. */
const DAYS = 4;
/** More often than this the owner does not come on one day. */
const TRIES = 8;

/**
 * Plays the owner's fixed moves against all that the other can do in between: the owner comes each day, and between any
 * two of their moves the other makes as many as are given.
 * @param most how many positions to look at before giving up
 * @returns null where the other reaches no aim, else how they do
 */
export function game(
  rules: Rules,
  start: State,
  {
    between,
    bounds = BOUNDS,
    aims = ['owner is kept out', 'other is let in'],
    memo = new Map(),
    most = Number.POSITIVE_INFINITY,
  }: { between: number; bounds?: Bounds; aims?: readonly Aim[]; memo?: Memo; most?: number },
): Lost | null | 'undecided' {
  let looked = 0;
  const goal = aims.includes('owner can change nothing') ? 2 : aims.includes('owner is kept out') ? 1 : 0;
  const isOnlyOwners = !aims.includes('other is let in') && !aims.includes('other is in');
  /** How far the owner has come: in, and in an account that is not alarmed. */
  const now = (state: State, before: number): number =>
    Math.max(before, isIn(state, 'owner') ? (state.alarmed ? 1 : 2) : 0);
  const from = (state: State, days: number, tries: number, best: number): Lost | null | 'undecided' => {
    const key = `${days}${tries}${best}${JSON.stringify(state)}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    if (looked++ > most) return 'undecided';
    const lost = answer(state, days, tries, best);
    if (lost !== 'undecided') memo.set(key, lost);
    return lost;
  };
  const answer = (state: State, days: number, tries: number, best: number): Lost | null | 'undecided' => {
    if (best >= goal && isOnlyOwners) return null;
    let isUndecided = false;
    // The longest first: they do more harm.
    for (const { after, moves, reached } of othersTurns(rules, state, {
      between,
      bounds,
      aims,
    }).toReversed()) {
      if (reached !== null) return { why: reached, trace: moves };
      const bestNow = now(after, best);
      const move = tries === 0 ? null : ownersMove(rules, after, bestNow > 0);
      if (move === null && days === 0) {
        if (bestNow >= goal) continue;
        return { why: bestNow === 0 ? 'owner is kept out' : 'owner can change nothing', trace: moves };
      }
      const made: Move = move ?? { is: 'wait', hours: 24 };
      const next = canonical(rules, play(rules, after, made).state);
      const bestNext = now(next, bestNow);
      const lost =
        move === null ? from(next, days - 1, TRIES, bestNext) : from(next, days, tries - 1, bestNext);
      if (lost === 'undecided') isUndecided = true;
      else if (lost !== null) return { ...lost, trace: [...moves, made, ...lost.trace] };
    }
    return isUndecided ? 'undecided' : null;
  };
  return from(start, DAYS, TRIES, 0);
}

type Turn = { readonly after: State; readonly moves: readonly Move[]; readonly reached: Aim | null };

function othersTurns(
  rules: Rules,
  start: State,
  { between, bounds, aims }: { between: number; bounds: Bounds; aims: readonly Aim[] },
): readonly Turn[] {
  const seen = new Set([JSON.stringify(start)]);
  const turns: Turn[] = [{ after: start, moves: [], reached: null }];
  for (const turn of turns) {
    if (turn.moves.length === between || turn.reached !== null) continue;
    for (const move of movesOf(rules, turn.after, 'other', bounds)) {
      const { state, events } = play(rules, turn.after, move);
      const after = canonical(rules, state);
      const key = JSON.stringify(after);
      if (seen.has(key)) continue;
      seen.add(key);
      const isLetIn = events.some((event) => event.is === 'let-in' && event.who === 'other');
      const reached = aims.find(
        (aim) =>
          (aim === 'other is let in' && isLetIn) ||
          (aim === 'other is in' && (isLetIn || move.is === 'sign-in')),
      );
      turns.push({ after, moves: [...turn.moves, move], reached: reached ?? null });
    }
  }
  return turns;
}
