import { canonical, type Holder, play, type Rules, type State } from './model.ts';
import { isIn, ownersMove } from './properties.ts';
import { type Aim, game, type Memo } from './search.ts';
import { begun, type Holdings, type Opening } from './starts.ts';

/** Who is in an account in the end, whatever the other does. */
export type Outcome =
  | 'the owner alone'
  /** They sign in, but whoever reads the mailbox undoes whatever they change. */
  | 'the owner alone, who can change nothing'
  | 'both'
  | 'the other alone'
  | 'nobody'
  | 'not decided';
/** What comes of a case where the other acts first, and where the owner does. */
export type Row = { readonly case: string; readonly otherFirst: Outcome; readonly ownerFirst: Outcome };

const KINDS = ['mailbox', 'password', 'app', 'codes'] as const;
type Kind = (typeof KINDS)[number];
const TAKEN = { fresh: true, inFull: true } as const;

const held = (holder: (kind: Kind) => Holder, session: Holdings['session'] = null): Holdings => ({
  mailboxes: [holder('mailbox')],
  password: holder('password'),
  apps: [holder('app')],
  codes: holder('codes'),
  session,
});

const others = (...kinds: readonly Kind[]): string =>
  KINDS.filter((kind) => !kinds.includes(kind)).join(', ');
const isAmong =
  (...kinds: readonly Kind[]) =>
  (kind: Kind) =>
    kinds.includes(kind);
const PAIRS = KINDS.flatMap((first, at) => KINDS.slice(at + 1).map((second) => [first, second] as const));

type Case = { readonly case: string; readonly holdings: Holdings; readonly opening: Opening };

/** The weaker cases: one kind shared or taken, two against two, everything seen, and an hour of the other in the account. */
const CASES: readonly Case[] = [
  ...KINDS.map((kind) => ({
    case: `one kind shared: ${kind}`,
    holdings: held((each) => (each === kind ? 'both' : 'owner')),
    opening: 'nothing' as const,
  })),
  ...KINDS.map((kind) => ({
    case: `one kind taken: ${kind}`,
    holdings: held((each) => (each === kind ? 'other' : 'owner')),
    opening: 'nothing' as const,
  })),
  ...PAIRS.map((pair) => ({
    case: `two shared: ${pair.join(', ')}`,
    holdings: held((each) => (isAmong(...pair)(each) ? 'both' : 'owner')),
    opening: 'nothing' as const,
  })),
  ...PAIRS.map((pair) => ({
    case: `two against two: ${pair.join(', ')} against ${others(...pair)}`,
    holdings: held((each) => (isAmong(...pair)(each) ? 'owner' : 'other')),
    opening: 'nothing' as const,
  })),
  ...KINDS.map((kind) => ({
    case: `one against three: ${kind} against ${others(kind)}`,
    holdings: held((each) => (each === kind ? 'owner' : 'other')),
    opening: 'nothing' as const,
  })),
  ...PAIRS.map((pair) => ({
    case: `two lost, nothing taken: ${pair.join(', ')}`,
    holdings: held((each) => (isAmong(...pair)(each) ? 'nobody' : 'owner')),
    opening: 'nothing' as const,
  })),
  { case: 'everything shared', holdings: held(() => 'both'), opening: 'nothing' },
  ...(['other-took-mail', 'other-took-all'] as const).flatMap((opening) =>
    [...KINDS, null].map((kind) => ({
      case: `an hour in a session in full, ${opening === 'other-took-all' ? 'all changed' : 'the mailbox changed'}${kind === null ? '' : `, ${kind} known too`}`,
      holdings: held((each) => (each === kind ? 'both' : 'owner'), TAKEN),
      opening,
    })),
  ),
];

/** Who gets in, for each of the weaker cases. A case that cannot come about is left out. */
export function table(rules: Rules, between: number): readonly Row[] {
  const memos: Record<Aim, Memo> = {
    'owner is kept out': new Map(),
    'owner can change nothing': new Map(),
    'other is let in': new Map(),
    'other is in': new Map(),
  };
  return CASES.flatMap(({ case: name, holdings, opening }) => {
    const start = begun(rules, { holdings, opening });
    if (start === null) return [];
    const outcome = (from: State): Outcome =>
      outcomeOf((aim) => {
        const lost = game(rules, from, { between, aims: [aim], memo: memos[aim], most: POSITIONS });
        return lost === 'undecided' ? null : lost !== null;
      });
    const move = ownersMove(rules, start, false);
    const after = move === null ? start : canonical(rules, play(rules, start, move).state);
    // Who is in by their first move has been in, whatever follows.
    const wasIn = isIn(after, 'owner');
    const second = outcome(after);
    return [
      {
        case: name,
        otherFirst: outcome(start),
        ownerFirst: wasIn && second === 'the other alone' ? 'both' : second,
      },
    ];
  });
}

/** What is looked at for one case. */
const POSITIONS = 50_000;

function outcomeOf(reaches: (aim: Aim) => boolean | null): Outcome {
  const isOwnerOut = reaches('owner is kept out');
  const isOtherIn = reaches('other is in');
  const isFrozen = reaches('owner can change nothing');
  if (isOwnerOut === null || isOtherIn === null || isFrozen === null) return 'not decided';
  if (isOwnerOut) return isOtherIn ? 'the other alone' : 'nobody';
  if (isOtherIn) return 'both';
  return isFrozen ? 'the owner alone, who can change nothing' : 'the owner alone';
}
