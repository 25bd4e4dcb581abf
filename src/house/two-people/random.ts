import { canonical, type Move, play, type Rules, type State } from './model.ts';
import { broken, isClaimed } from './properties.ts';
import { game, movesOfAll } from './search.ts';
import { begun, STARTS, type Start } from './starts.ts';

export type Played = {
  readonly moves: number;
  readonly found: readonly {
    readonly what: string;
    readonly start: Start;
    readonly trace: readonly Move[];
  }[];
};

/** Numbers that look random and are the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let at = seed;
  return () => {
    at = (at + 0x6d2b79f5) | 0;
    let mixed = Math.imul(at ^ (at >>> 15), 1 | at);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/**
 * Plays one random game, in which time passes once in a while.
 * @param next a number for each choice; the game ends with the numbers
 * @returns what it broke, and whether the owner then wins where it is claimed
 */
export function playOne(rules: Rules, start: Start, next: Iterable<number>): Played {
  let state: State | null = begun(rules, start);
  const trace: Move[] = [];
  for (const choice of next) {
    if (state === null) break;
    const moves = movesOfAll(rules, state);
    const move: Move | undefined = moves[choice % moves.length];
    if (move === undefined) break;
    const step = play(rules, state, move);
    trace.push(move);
    const found = broken(state, move, step).map((what) => ({ what, start, trace }));
    if (found.length > 0) return { moves: trace.length, found };
    state = canonical(rules, step.state);
  }
  const lost = state !== null && isClaimed(state) ? game(rules, state, { between: 1, most: 20_000 }) : null;
  if (lost === null || lost === 'undecided') return { moves: trace.length, found: [] };
  return { moves: trace.length, found: [{ what: lost.why, start, trace: [...trace, ...lost.trace] }] };
}

/** Plays many games at random, far beyond the depth that is searched. */
export function playAtRandom(
  rules: Rules,
  { games, moves, seed }: { games: number; moves: number; seed: number },
): Played {
  const next = numbers(seed);
  let made = 0;
  const found: Played['found'][number][] = [];
  for (let at = 0; at < games; at++) {
    const start = STARTS[next() % STARTS.length];
    if (start === undefined) continue;
    const played = playOne(rules, start, Array.from({ length: next() % moves }, next));
    made += played.moves;
    found.push(...played.found);
  }
  return { moves: made, found };
}
