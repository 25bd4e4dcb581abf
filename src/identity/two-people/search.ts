import {
  BOUNDS,
  type Bounds,
  canonical,
  CODES,
  type Event,
  type Holder,
  holds,
  keyOf,
  type Move,
  movesOf,
  type Person,
  play,
  type Rules,
  type Session,
  type State,
  standingOf,
  WINDOW,
} from './model.ts';

/** What is held by whom when a game begins; all of it is settled. */
export type Holdings = {
  readonly mailboxes: readonly Holder[];
  readonly password: Holder;
  readonly apps: readonly Holder[];
  readonly codes: Holder;
  /** The session that the other is in already. */
  readonly session: Session | null;
};

/** The account of a game, the first mailbox being the main one. */
export const startOf = ({ mailboxes, password, apps, codes, session }: Holdings): State => ({
  addresses: mailboxes.map((readers, index) => ({
    readers,
    age: WINDOW,
    returned: null,
    left: null,
    isMain: index === 0,
    link: 0,
  })),
  password,
  authenticators: apps.map((holder) => ({ holder, age: WINDOW })),
  codes: { holder: codes, age: WINDOW, count: CODES },
  replaced: null,
  sessions: { owner: null, other: session },
  alarmed: false,
  ways: [],
  changes: [],
});

const SHARES: readonly Holder[] = ['owner', 'both', 'other', 'nobody'];
const SESSIONS: readonly (Session | null)[] = [
  null,
  { fresh: false, inFull: false },
  { fresh: true, inFull: false },
];

/** Every way in which two people can hold the four kinds, with and without a session of the other. */
export const FAMILY: readonly Holdings[] = [['owner'], ['both'], ['other'], ['owner', 'other'], ['other', 'owner']].flatMap(
  (mailboxes) =>
    SHARES.flatMap((password) =>
      [...SHARES.map((each) => [each]), ['owner', 'other'] as Holder[]].flatMap((apps) =>
        SHARES.flatMap((codes) =>
          SESSIONS.map((session) => ({ mailboxes: mailboxes as Holder[], password, apps, codes, session })),
        ),
      ),
    ),
);

/** What the rules promise, that a step broke. */
export function broken(
  before: State,
  move: Move,
  { state, events }: { state: State; events: readonly Event[] }): string[] {
  const found: string[] = [];
  const byOther = move.is !== 'wait' && move.who === 'other';
  const ownersOwn = before.addresses.flatMap((each, at) =>
    holds(each.readers, 'owner') &&
    (standingOf(each) === 'settled' || (each.left !== null && each.left.settled && each.left.hours < WINDOW))
      ? [at]
      : [],
  );
  for (const event of events)
    switch (event.is) {
      case 'evicted':
        if (event.standing === 'settled' && (event.by === 'alarm' || event.by === 'end-of-alarm'))
          found.push(`a: settled ${event.what} taken out by ${event.by}`);
        if (event.standing === 'settled' && event.by === 'removal' && !event.inFull)
          found.push(`a: settled ${event.what} removed without the password`);
        if (byOther && ownersOwn.length > 0 && !ownersOwn.some((at) => event.told.includes(at)))
          found.push(`d: eviction of ${event.what} by ${event.by} not heard by the owner`);
        break;
      case 'held':
        if (byOther && ownersOwn.length > 0 && !ownersOwn.some((at) => event.told.includes(at)))
          found.push('d: hold not heard by the owner');
        break;
      case 'let-in':
        if (!event.inForce) found.push('a: let in by an address that left');
        if (!event.settled && !event.waited) found.push('a: let in at once by what is not settled');
        if (!event.settled && event.waited && !event.open) found.push('a: let in after a hold that could not be stopped');
        if (event.overAuthenticator) found.push('a: let in by replaced codes beside an authenticator');
        break;
      case 'raised':
        if (!event.highest) found.push('a: raised from an address that stands lower than another');
        if (
          state.addresses.some((each) => standingOf(each) === 'settled') &&
          state.addresses.some((each) => each.left === null && standingOf(each) !== 'settled')
        )
          found.push('a: an alarm spared an address that is not settled beside one that is');
        break;
      case 'stopped':
        if (!event.entitled) found.push('c: stopped by a link of who does not stand highest');
        break;
      case 'undone':
        if (event.main) found.push('a: main address changed by a link');
        if (event.again) found.push('a: an address came back twice');
        break;
      case 'links-ended':
        found.push('c: raise links of a settled address ended by another');
        break;
      case 'code-burnt':
        found.push('c: backup code burnt by a stop');
        break;
    }
  return found;
}

export type Found = { readonly start: Holdings | null; readonly trace: readonly Move[]; readonly state: State };
export type Explored = {
  readonly states: number;
  readonly depth: number;
  readonly whole: boolean;
  readonly seconds: number;
  readonly found: ReadonlyMap<string, Found>;
};

type Node = { readonly state: State; readonly from: Node | null; readonly move: Move | null; readonly start: Holdings };
export const traceOf = (node: Node): Move[] =>
  node.from === null || node.move === null ? [] : [...traceOf(node.from), node.move];

/** Plays every sequence of moves of both people, shortest first. */
export function explore(
  rules: Rules,
  starts: readonly Holdings[],
  {
    depth: most,
    seconds,
    bounds = BOUNDS,
    onState = () => {},
  }: { depth: number; seconds: number; bounds?: Bounds; onState?: (node: Node) => void },
): Explored {
  const begun = performance.now();
  const seen = new Set<string>();
  const found = new Map<string, Found>();
  let layer: Node[] = [];
  let depth = 0;
  const add = (into: Node[], node: Node): void => {
    const key = keyOf(node.state);
    if (seen.has(key)) return;
    seen.add(key);
    into.push(node);
    onState(node);
  };
  for (const start of starts)
    add(layer, { state: canonical(rules, startOf(start)), from: null, move: null, start });
  const isOver = () => performance.now() - begun > seconds * 1000;
  while (depth < most && layer.length > 0) {
    const next: Node[] = [];
    for (const node of layer) {
      if (isOver())
        return { states: seen.size, depth, whole: false, seconds: (performance.now() - begun) / 1000, found };
      for (const move of allMoves(rules, node.state, bounds)) {
        const step = play(rules, node.state, move);
        const child = { state: canonical(rules, step.state), from: node, move, start: node.start };
        for (const what of broken(node.state, move, step))
          if (!found.has(what)) found.set(what, { start: node.start, trace: traceOf(child), state: step.state });
        add(next, child);
      }
    }
    layer = next;
    depth++;
  }
  return { states: seen.size, depth, whole: true, seconds: (performance.now() - begun) / 1000, found };
}

const allMoves = (rules: Rules, state: State, bounds: Bounds): Move[] => [
  ...movesOf(rules, state, 'owner', bounds),
  ...movesOf(rules, state, 'other', bounds),
  ...bounds.waits.map((hours) => ({ is: 'wait', hours }) as const),
];

/** A trace as a line of text. */
export const say = (trace: readonly Move[]): string =>
  trace
    .map((move) => {
      if (move.is === 'wait') return `${move.hours}h`;
      const { is, who, ...more } = move;
      return `${who} ${is}${Object.values(more).length === 0 ? '' : `(${Object.values(more).join(' ')})`}`;
    })
    .join('; ');

/** What a well-advised owner does next; null where they wait. */
export function ownersMove(rules: Rules, state: State): Move | null {
  const moves = movesOf(rules, state, 'owner');
  const find = (is: Move['is']): Move | undefined => moves.find((move) => move.is === is);
  const signIn = find('sign-in');
  if (signIn !== undefined) return signIn;
  const done = find('complete');
  if (done !== undefined) return done;
  // An address that left comes back by the alarm. Else it is raised once: it ends the other's ways back and sessions.
  const links = moves.filter((move) => move.is === 'raise-by-link');
  const back = links.find((move) => move.is === 'raise-by-link' && state.addresses[move.address]?.left !== null);
  const raise = back ?? (state.alarmed ? undefined : links[0]);
  if (raise !== undefined) return raise;
  const rank = (move: Move): number => {
    if (move.is !== 'begin') return 0;
    const address = state.addresses[move.address];
    const settled = address !== undefined && standingOf(address) === 'settled' ? 2 : 0;
    return settled + (move.lost === 'password' ? 1 : 0);
  };
  const [best] = moves.filter(({ is }) => is === 'begin').toSorted((a, b) => rank(b) - rank(a));
  return best ?? find('stop-by-link') ?? find('stop') ?? null;
}

const isIn = (state: State): boolean => state.sessions.owner !== null && state.sessions.owner.fresh;

/** Whether the claim says of a state that the owner gets in whatever the other does. */
export function isClaimed(state: State): boolean {
  const settled = state.addresses.filter((each) => standingOf(each) === 'settled');
  const mail = settled.some(({ readers }) => readers === 'owner') && !settled.some(({ readers }) => holds(readers, 'other'));
  const apps = state.authenticators.filter(({ age }) => age >= WINDOW);
  const app = apps.some(({ holder }) => holder === 'owner');
  const codes = state.codes !== null && state.codes.age >= WINDOW && state.codes.count > 0 && state.codes.holder === 'owner';
  const password = state.password === 'owner';
  const pair = (password && (app || codes)) || (mail && (app || password || codes));
  const isLate = state.ways.some(({ who, ends }) => who === 'other' && ends <= 0);
  return pair && !isLate && kindsOf(state, 'other') < 2;
}

/** How many kinds somebody can use now: a mailbox that is settled, the password, a second step of any age, codes. */
export function kindsOf(state: State, who: Person): number {
  const kinds = [
    state.addresses.some((each) => standingOf(each) === 'settled' && holds(each.readers, who)),
    holds(state.password, who),
    state.authenticators.some(({ holder }) => holds(holder, who)) || state.sessions[who]?.fresh === true,
    state.codes !== null && holds(state.codes.holder, who),
  ];
  return kinds.filter(Boolean).length;
}

/**
 * Plays the owner's moves against every one of the other's, which come in between as many as are given.
 * @returns null where the owner is in in time, else how the other keeps them out
 */
export function keptOut(
  rules: Rules,
  start: State,
  { hours, between, bounds = BOUNDS, memo = new Map() }: { hours: number; between: number; bounds?: Bounds; memo?: Map<string, Move[] | null> },
): Move[] | null {
  const from = (state: State, left: number, tries: number): Move[] | null => {
    const key = `${left} ${tries} ${keyOf(state)}`;
    const known = memo.get(key);
    if (known !== undefined) return known;
    memo.set(key, null);
    const result = answer(state, left, tries);
    memo.set(key, result);
    return result;
  };
  const answer = (state: State, left: number, tries: number): Move[] | null => {
    for (const { after, moves } of othersTurns(rules, state, between, bounds)) {
      const move = tries === 0 ? null : ownersMove(rules, after);
      if (move !== null) {
        const { state: next, events } = play(rules, after, move);
        if (isIn(next) || events.some((event) => event.is === 'let-in' && event.who === 'owner')) continue;
        const rest = from(canonical(rules, next), left, tries - 1);
        if (rest !== null) return [...moves, move, ...rest];
        continue;
      }
      if (left <= 0) return [...moves];
      const wait: Move = { is: 'wait', hours: 24 };
      const rest = from(canonical(rules, play(rules, after, wait).state), left - 24, 6);
      if (rest !== null) return [...moves, wait, ...rest];
    }
    return null;
  };
  return from(start, hours, 6);
}

function othersTurns(rules: Rules, start: State, most: number, bounds: Bounds) {
  const seen = new Set([keyOf(start)]);
  const turns: { after: State; moves: Move[] }[] = [{ after: start, moves: [] }];
  for (let at = 0; at < turns.length; at++) {
    const turn = turns[at];
    if (turn === undefined || turn.moves.length === most) continue;
    for (const move of movesOf(rules, turn.after, 'other', bounds)) {
      const after = canonical(rules, play(rules, turn.after, move).state);
      const key = keyOf(after);
      if (seen.has(key)) continue;
      seen.add(key);
      turns.push({ after, moves: [...turn.moves, move] });
    }
  }
  return turns;
}
