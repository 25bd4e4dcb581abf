import {
  CODES,
  canonical,
  type Holder,
  holds,
  type Move,
  movesOf,
  type Person,
  play,
  type Rules,
  type Session,
  type State,
  WINDOW,
} from './model.ts';

/** What is held by whom when a game begins; all of it is settled. */
export type Holdings = {
  /** Who reads each address, the main one first. */
  readonly mailboxes: readonly Holder[];
  readonly password: Holder;
  readonly apps: readonly Holder[];
  readonly codes: Holder;
  /** The session that the other is in already. */
  readonly session: Session | null;
};

/** What happened this week: nothing; the owner shut the other out; or the other was in the account for an hour. */
export type Opening = (typeof OPENINGS)[number];
export const OPENINGS = ['nothing', 'owner-moved', 'other-took-mail', 'other-took-all'] as const;
export type Start = { readonly holdings: Holdings; readonly opening: Opening };

/** The account that is held so. */
export const accountOf = ({ mailboxes, password, apps, codes, session }: Holdings): State => ({
  addresses: mailboxes.map((readers, index) => ({
    readers,
    age: WINDOW,
    returned: null,
    left: null,
    isMain: index === 0,
    link: 0,
  })),
  password,
  authenticators: apps.filter((holder) => holder !== 'nobody').map((holder) => ({ holder, age: WINDOW })),
  codes: codes === 'nobody' ? null : { holder: codes, age: WINDOW, count: CODES },
  replaced: null,
  sessions: { owner: null, other: session },
  alarmed: false,
  ways: [],
  changes: [],
});

/** Takes the account over, or back: an address of one's own, and out with what the one against whom it is done holds. */
const taking =
  (who: Person, against: Person, what: 'mail' | 'all') =>
  (move: Move, { addresses, authenticators }: State) => {
    switch (move.is) {
      case 'sign-in':
      case 'add-address':
        return true;
      case 'make-main':
        return addresses[move.address]?.readers === who;
      case 'remove-address':
        return holds(addresses[move.address]?.readers ?? 'nobody', against);
      case 'bind-app':
      case 'renew-codes':
      case 'change-password':
        return what === 'all';
      case 'remove-app':
        return what === 'all' && holds(authenticators[move.app]?.holder ?? 'nobody', against);
      default:
        return false;
    }
  };

const ORDER: readonly Move['is'][] = [
  'sign-in',
  'add-address',
  'make-main',
  'remove-address',
  'bind-app',
  'remove-app',
  'renew-codes',
  'change-password',
];

/** The moves of a taking that can be made, each kind in its turn, and a day; null where nothing is taken. */
function taken(
  rules: Rules,
  start: State,
  who: Person,
  fits: ReturnType<typeof taking>,
): readonly Move[] | null {
  let state = start;
  const moves: Move[] = [];
  for (const is of ORDER)
    for (let times = 0; times < 3; times++) {
      const main = state.addresses.find(({ isMain }) => isMain)?.readers;
      if (is === 'make-main' && main === who) break;
      const move = movesOf(rules, state, who).find((each) => each.is === is && fits(each, state));
      if (move === undefined) break;
      state = play(rules, state, move).state;
      moves.push(move);
      if (is === 'sign-in' || is === 'add-address') break;
    }
  const hasTaken = moves.some(({ is }) => is !== 'sign-in' && is !== 'add-address');
  return hasTaken ? [...moves, { is: 'wait', hours: 24 }] : null;
}

/** What happened before a game; null where what is held is not enough for what is said to have happened. */
export function openingOf(rules: Rules, { holdings, opening }: Start): readonly Move[] | null {
  const start = accountOf(holdings);
  switch (opening) {
    case 'nothing':
      return [];
    case 'owner-moved':
      return taken(rules, start, 'owner', taking('owner', 'other', 'all'));
    case 'other-took-mail':
      return taken(rules, start, 'other', taking('other', 'owner', 'mail'));
    case 'other-took-all':
      return taken(rules, start, 'other', taking('other', 'owner', 'all'));
  }
}

/** The account as a game begins in it; null where that cannot come about. */
export function begun(rules: Rules, start: Start): State | null {
  const moves = openingOf(rules, start);
  if (moves === null) return null;
  const state = moves.reduce((now, move) => play(rules, now, move).state, accountOf(start.holdings));
  return canonical(rules, state);
}

const HOLDERS: readonly Holder[] = ['owner', 'both', 'other', 'nobody'];
const MAILBOXES: readonly (readonly Holder[])[] = [
  ['owner'],
  ['both'],
  ['other'],
  ['owner', 'other'],
  ['other', 'owner'],
];
const APPS: readonly (readonly Holder[])[] = [...HOLDERS.map((holder) => [holder]), ['owner', 'other']];
const SESSIONS: readonly (Session | null)[] = [
  null,
  { fresh: false, inFull: false },
  { fresh: true, inFull: false },
  { fresh: true, inFull: true },
];

/** Every way in which two people can hold the four kinds, with and without a session of the other. */
const HOLDINGS: readonly Holdings[] = MAILBOXES.flatMap((mailboxes) =>
  HOLDERS.flatMap((password) =>
    APPS.flatMap((apps) =>
      HOLDERS.flatMap((codes) => SESSIONS.map((session) => ({ mailboxes, password, apps, codes, session }))),
    ),
  ),
);

/** Every start, the quiet ones first. */
export const STARTS: readonly Start[] = OPENINGS.flatMap((opening) =>
  HOLDINGS.map((holdings) => ({ holdings, opening })),
);

/** A start in few words. */
export const sayStart = ({
  holdings: { mailboxes, password, apps, codes, session },
  opening,
}: Start): string =>
  [
    `mail ${mailboxes.join('+')}`,
    `password ${password}`,
    `app ${apps.join('+')}`,
    `codes ${codes}`,
    ...(session === null
      ? []
      : [`other's session${session.inFull ? ' in full' : session.fresh ? ' with a fresh second step' : ''}`]),
    ...(opening === 'nothing' ? [] : [opening]),
  ].join(', ');
