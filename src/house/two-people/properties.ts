import {
  type Address,
  type Event,
  type Holder,
  hasLeftSettled,
  holds,
  type Move,
  movesOf,
  type Person,
  type Rules,
  type Standing,
  type State,
  standingOf,
  WINDOW,
} from './model.ts';

/** What the rules promise of each step, that one broke; the letter says which promise it is of. */
export function broken(
  before: State,
  move: Move,
  { state, events }: { state: State; events: readonly Event[] },
): string[] {
  const found: string[] = [];
  const byOther = move.is !== 'wait' && move.who === 'other';
  const raiser = move.is === 'raise-by-link' ? move.address : null;
  const own = before.addresses.flatMap((each, at) =>
    holds(each.readers, 'owner') && at !== raiser && (standingOf(each) === 'settled' || hasLeftSettled(each))
      ? [at]
      : [],
  );
  const isUnheard = (told: readonly number[]) => own.length > 0 && !own.some((at) => told.includes(at));
  for (const event of events) {
    // What an owner's own alarm does to their own things counts too; all else only where the other does it.
    if (!byOther && event.is !== 'evicted') continue;
    switch (event.is) {
      case 'evicted':
        if (event.standing === 'settled' && (event.by === 'alarm' || event.by === 'end-of-alarm'))
          found.push(`a: a settled ${event.what} is taken out by the ${event.by}`);
        if (
          byOther &&
          event.what === 'address' &&
          event.by === 'alarm' &&
          !isOutranked(event.standing, state)
        )
          found.push('a: the alarm takes out an address that none outranks');
        if (byOther && event.standing === 'settled' && event.by === 'removal' && !event.inFull)
          found.push(`a: a settled ${event.what} is removed without the password`);
        if (byOther && isUnheard(event.told))
          found.push(`d: the owner does not hear that ${event.what} left by ${event.by}`);
        break;
      case 'held':
        if (isUnheard(event.told)) found.push('d: the owner does not hear of a hold');
        break;
      case 'let-in':
        if (!event.inForce) found.push('a: somebody is let in by an address that left');
        if (!event.settled && !event.waited)
          found.push('a: somebody is let in at once by what is not settled');
        if (!event.settled && event.waited && !event.open)
          found.push('a: somebody is let in after a hold that could not always be stopped');
        if (event.overAuthenticator) found.push('a: replaced codes let somebody in beside an authenticator');
        break;
      case 'raised':
        if (!event.highest) found.push('a: the alarm is raised from an address that another outranks');
        if (
          state.addresses.some((each) => standingOf(each) === 'settled') &&
          state.addresses.some((each) => ['young', 'returned'].includes(standingOf(each)))
        )
          found.push('a: the alarm spares an address that is not settled beside one that is');
        break;
      case 'stopped':
        if (!event.entitled) found.push('c: a way back is stopped from an address that another outranks');
        break;
      case 'undone':
        if (event.main) found.push('a: the main address is changed by a link alone');
        if (event.again) found.push('a: an address comes back twice');
        break;
      case 'links-ended':
        found.push(`c: the ${event.by} of one ends the links of a settled address that they do not read`);
        break;
      case 'code-burnt':
        found.push('c: a backup code is burnt by who stops a way back');
        break;
    }
  }
  return found;
}

/** Whether an address in force stands higher. */
const isOutranked = (standing: Standing, { addresses }: State): boolean => {
  const order: readonly Standing[] = ['gone', 'young', 'returned', 'settled'];
  return addresses.some((each) => order.indexOf(standingOf(each)) > order.indexOf(standing));
};

/** Whether an address is, or was before it left or came back this week, one of the settled. */
const wasSettled = (address: Address): boolean =>
  standingOf(address) === 'settled' || standingOf(address) === 'returned' || hasLeftSettled(address);

/** How many kinds somebody can use, now or by what may come back: a mailbox, the password, a second step of any age, codes. */
function kindsOf(state: State, who: Person): number {
  const kinds = [
    state.addresses.some((each) => wasSettled(each) && holds(each.readers, who)),
    holds(state.password, who) || state.sessions[who]?.inFull === true,
    state.authenticators.some(({ holder }) => holds(holder, who)) || state.sessions[who]?.fresh === true,
    state.codes !== null && holds(state.codes.holder, who),
  ];
  return kinds.filter(Boolean).length;
}

/**
 * Whether it is claimed of a state that its owner gets in, and that the other does not, whatever the other does: the
 * owner has a pair of the table that the other has nothing of, the other can use one kind at most, and the owner has not
 * slept through a hold.
 */
export function isClaimed({ addresses, authenticators, codes, password, ways, ...state }: State): boolean {
  const had = addresses.filter(wasSettled);
  const mail =
    had.some(({ readers }) => readers === 'owner') && !had.some(({ readers }) => holds(readers, 'other'));
  const app = authenticators.some(({ age, holder }) => age >= WINDOW && holder === 'owner');
  const paper = codes !== null && codes.age >= WINDOW && codes.count > 0 && codes.holder === 'owner';
  const isPair = (password === 'owner' && (app || paper)) || (mail && (app || paper || password === 'owner'));
  const isLate = ways.some(({ who, ends }) => who === 'other' && ends <= 0);
  return (
    isPair && !isLate && kindsOf({ addresses, authenticators, codes, password, ways, ...state }, 'other') < 2
  );
}

/** Whether somebody is in an account with all that a sign-in asks for. */
export const isIn = ({ sessions }: State, who: Person): boolean => sessions[who]?.fresh === true;

/** The owner's steps to shut the other out of an account that they are in with all. */
function shutOut(moves: readonly Move[], { addresses, authenticators, codes }: State): Move | undefined {
  const isOthers = (at: number) => addresses[at]?.readers === 'other';
  const isOwn = (at: number) => addresses[at]?.readers === 'owner';
  const isOthersMain = addresses.some(({ isMain }, at) => isMain && isOthers(at));
  return (
    moves.find((move) => move.is === 'remove-address' && isOthers(move.address)) ??
    moves.find((move) => move.is === 'remove-app' && authenticators[move.app]?.holder === 'other') ??
    moves.find((move) => isOthersMain && move.is === 'make-main' && isOwn(move.address)) ??
    moves.find((move) => isOthersMain && move.is === 'add-address') ??
    moves.find((move) => move.is === 'renew-codes' && codes?.holder === 'other')
  );
}

/**
 * What a well-advised owner does next; null where they wait for the next day.
 * @param wasIn whether they have been in since they first came: they come again only if there is something to do
 */
export function ownersMove(rules: Rules, state: State, wasIn: boolean): Move | null {
  const moves = movesOf(rules, state, 'owner');
  const find = (is: Move['is']): Move | undefined => moves.find((move) => move.is === is);
  const { addresses, authenticators, codes, ways, alarmed } = state;
  const own = addresses.filter(({ readers }) => holds(readers, 'owner'));
  const links = moves.flatMap((move) => (move.is === 'raise-by-link' ? [move] : []));
  // An address that left comes back by the alarm, and then outranks whatever came since.
  const back = links.find(({ address }) => addresses[address]?.left != null);
  if (back !== undefined && !own.some((each) => standingOf(each) === 'settled')) return back;
  const isNowIn = isIn(state, 'owner');
  if (isNowIn && !alarmed && state.sessions.owner?.inFull === true) {
    const step = shutOut(moves, state);
    if (step !== undefined) return step;
  }
  // Raising ends the other's ways back and sessions, and takes out what they have added.
  const raise = alarmed ? undefined : (links[0] ?? find('raise'));
  const isStrange = (holder: Holder, age: number) => holder === 'other' && age < WINDOW;
  const strange =
    addresses.some(({ readers, age, left }) => left === null && isStrange(readers, age)) ||
    authenticators.some(({ holder, age }) => isStrange(holder, age)) ||
    (codes !== null && isStrange(codes.holder, codes.age));
  if (strange && raise !== undefined) return raise;
  const others = ways.flatMap(({ who, ends }) => (who === 'other' ? [ends] : []));
  const byLink = find('stop-by-link');
  if (byLink !== undefined && Math.min(...others) <= 24) return byLink;
  const isNeeded = !wasIn || strange || (byLink === undefined && Math.min(...others) <= 24);
  const entry = find('complete') ?? (isNowIn || !isNeeded ? undefined : find('sign-in'));
  if (entry !== undefined) return entry;
  const stop = byLink ?? find('stop');
  if (isNowIn) {
    // It takes out what is not the owner's, and with it the ways back that rest on it.
    const hasBack = !rules.endAsksWhose && own.some((each) => standingOf(each) === 'returned');
    const end = hasBack ? undefined : find('end-alarm');
    if (end !== undefined) return end;
    if (stop !== undefined) return stop;
    if (!alarmed) return null;
  } else if (raise !== undefined && !wasIn) return raise;
  const rank = ({ lost, address: at }: Extract<Move, { is: 'begin' }>): number => {
    const address = addresses[at];
    const standing = address === undefined ? 'gone' : standingOf(address);
    return ['gone', 'young', 'returned', 'settled'].indexOf(standing) * 2 + (lost === 'password' ? 1 : 0);
  };
  const begins = moves.flatMap((move) => (move.is === 'begin' && (!wasIn || alarmed) ? [move] : []));
  const [best] = begins.toSorted((a, b) => rank(b) - rank(a));
  return best ?? stop ?? null;
}
