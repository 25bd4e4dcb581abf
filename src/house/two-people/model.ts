/** One of the two who are in the game: whose account it is, and whoever else has something of it. */
export type Person = 'owner' | 'other';
export type Holder = Person | 'both' | 'nobody';

/** One switch for each rule; `NEW` turns all on, `BEFORE` is what the product did until then. */
export type Rules = {
  /** Links that raise or stop go to, and work for, the addresses that stand highest. */
  readonly linksByStanding: boolean;
  /** An address that left settled comes back by raising the alarm, as returned; it is not undone by a link. */
  readonly comesBackByAlarm: boolean;
  /** What came back stands below what never left, and leaves without a link. */
  readonly returnedIsLess: boolean;
  /** A way back has the hold where its evidence is not all settled. */
  readonly unsettledWaits: boolean;
  /** What may be settled is removed with the second step and the password. */
  readonly removalAsksBoth: boolean;
  /** An alarm takes out addresses that are not settled where a settled one stays, whoever raises it. */
  readonly alarmByStanding: boolean;
  /** Replaced backup codes count again only where no authenticator is left. */
  readonly revivalIsLast: boolean;
  /** Raising uses up the links of one address, not of all. */
  readonly raisingUsesOwn: boolean;
  /** A way back ends with the address that it rests on. */
  readonly endsWithAddress: boolean;
  /** A stop link belongs to an address. */
  readonly stopsBelong: boolean;
  /** A session behind an alarm stops a way back that rests on what is not settled. */
  readonly stopsBehindAlarm: boolean;
  /** Addresses that left settled hear of holds. */
  readonly goneHear: boolean;
  /** Where no address is settled, a session ends the alarm. */
  readonly sessionEndsAlarm: boolean;
  /** The end of an alarm takes out addresses that are not settled. */
  readonly endTakesOut: boolean;
  /** A stopped way back gives its backup code back. */
  readonly codeGivenBack: boolean;
  /** What is not settled does not become so while the account is alarmed. */
  readonly alarmStopsAgeing: boolean;
  /** An alarm that is raised again ends no session that was begun behind it. */
  readonly raisedAgainSparesSessions: boolean;
  /** Who ends the alarm from a session says which addresses that are not settled are theirs; nobody else gets a link. */
  readonly endAsksWhose: boolean;
  /** Who brings an address back hears of the holds that run, at once. */
  readonly returningHears: boolean;
  /** What a way back makes that waited, and rested on settled things alone, is settled. */
  readonly renewedIsSettled: boolean;
};

const all = (value: boolean): Rules => ({
  linksByStanding: value,
  comesBackByAlarm: value,
  returnedIsLess: value,
  unsettledWaits: value,
  removalAsksBoth: value,
  alarmByStanding: value,
  revivalIsLast: value,
  raisingUsesOwn: value,
  endsWithAddress: value,
  stopsBelong: value,
  stopsBehindAlarm: value,
  goneHear: value,
  sessionEndsAlarm: value,
  endTakesOut: value,
  codeGivenBack: value,
  alarmStopsAgeing: value,
  raisedAgainSparesSessions: value,
  endAsksWhose: value,
  returningHears: value,
  renewedIsSettled: value,
});

export const BEFORE: Rules = all(false);
export const NEW: Rules = all(true);

/** Hours in the window after which what came is settled. */
export const WINDOW = 168;
/** Hours of a hold. */
const HOLD = 72;
/** Hours for which a way back stays open after its hold. */
const OPEN = 168;

export type Address = {
  readonly readers: Holder;
  /** Hours since it came, at most the window. */
  readonly age: number;
  /** Hours since it came back; null where it never did, or a window ago. */
  readonly returned: number | null;
  /** Hours since it left, and whether it was settled; null while it is in force. */
  readonly left: { readonly hours: number; readonly settled: boolean } | null;
  readonly isMain: boolean;
  /** Hours since the last raise link was sent to it that is not used up. */
  readonly link: number | null;
};

/** What an undo link takes back, in the rules of before. */
export type Change = { readonly is: 'removed' | 'primary'; readonly address: number; readonly age: number };
export type Authenticator = { readonly holder: Holder; readonly age: number };
export type Codes = { readonly holder: Holder; readonly age: number; readonly count: number };
export type ReplacedCodes = {
  readonly holder: Holder;
  /** Hours since they were replaced. */
  readonly age: number;
  readonly count: number;
  readonly counts: boolean;
};
export type Session = {
  /** Whether the second step was given within the last minutes. */
  readonly fresh: boolean;
  /** Whether the password was given too. */
  readonly inFull: boolean;
};
export type Lost = 'password' | 'second-step' | 'both';
export type WayBack = {
  readonly who: Person;
  readonly lost: Lost;
  readonly address: number;
  /** Hours until its hold ends; at most zero from then on. */
  readonly ends: number;
  /** Whether all that it rests on was settled. */
  readonly settled: boolean;
  readonly code: 'present' | 'replaced' | null;
  /** Whether it was begun behind the alarm that is raised. */
  readonly behind: boolean;
  /** The addresses that were sent a stop link. */
  readonly stops: readonly number[];
  /** Whether everyone who stands highest could stop it at every time, and a session too. */
  readonly open: boolean;
};

export type State = {
  readonly addresses: readonly Address[];
  readonly password: Holder;
  readonly authenticators: readonly Authenticator[];
  readonly codes: Codes | null;
  readonly replaced: ReplacedCodes | null;
  readonly sessions: { readonly [P in Person]: Session | null };
  readonly alarmed: boolean;
  readonly ways: readonly WayBack[];
  readonly changes: readonly Change[];
};

export type Move =
  | { readonly is: 'wait'; readonly hours: number }
  | { readonly is: 'sign-in' | 'step-up' | 'add-address' | 'bind-app' | 'renew-codes'; readonly who: Person }
  | { readonly is: 'change-password' | 'end-other-sessions' | 'raise' | 'end-alarm'; readonly who: Person }
  | { readonly is: 'fail-second-step'; readonly who: Person }
  | {
      readonly is: 'make-main' | 'remove-address' | 'raise-by-link';
      readonly who: Person;
      readonly address: number;
    }
  | { readonly is: 'remove-app'; readonly who: Person; readonly app: number }
  | { readonly is: 'undo'; readonly who: Person; readonly change: number }
  | { readonly is: 'begin'; readonly who: Person; readonly lost: Lost; readonly address: number }
  | { readonly is: 'complete' | 'stop-by-link' | 'stop'; readonly who: Person; readonly way: number };

export type Standing = 'settled' | 'returned' | 'young' | 'gone';

/** What a move did that one of the properties speaks of. */
export type Event =
  /** Something that opens the account left it. */
  | {
      readonly is: 'evicted';
      readonly what: 'address' | 'authenticator' | 'codes' | 'password';
      readonly standing: Standing;
      readonly by: 'removal' | 'alarm' | 'end-of-alarm' | 'way-back' | 'change';
      /** Whether the second step and the password stood behind it. */
      readonly inFull: boolean;
      readonly told: readonly number[];
    }
  | { readonly is: 'held'; readonly way: WayBack; readonly told: readonly number[] }
  | {
      readonly is: 'let-in';
      readonly who: Person;
      readonly lost: Lost;
      readonly waited: boolean;
      readonly settled: boolean;
      readonly open: boolean;
      readonly inForce: boolean;
      readonly overAuthenticator: boolean;
    }
  | { readonly is: 'raised'; readonly by: Standing; readonly highest: boolean }
  | {
      readonly is: 'stopped';
      readonly whose: Person;
      readonly by: 'link' | 'session';
      readonly entitled: boolean;
    }
  | { readonly is: 'undone'; readonly main: boolean; readonly again: boolean }
  | { readonly is: 'links-ended'; readonly by: 'raise' | 'undo' }
  | { readonly is: 'code-burnt'; readonly whose: Person };

export type Step = { readonly state: State; readonly events: readonly Event[] };

export const holds = (holder: Holder, who: Person): boolean => holder === who || holder === 'both';

/** How an address stands, in fact; whether the rules mind is theirs. */
export function standingOf({ age, returned, left }: Address): Standing {
  if (left !== null) return 'gone';
  if (returned !== null) return 'returned';
  return age >= WINDOW ? 'settled' : 'young';
}

const RANK: Readonly<Record<Standing, number>> = { settled: 3, returned: 2, young: 1, gone: 0 };

/** The addresses in force that stand highest in fact. */
function highestOf(addresses: readonly Address[]): readonly number[] {
  const best = Math.max(...addresses.map((each) => RANK[standingOf(each)]));
  return best === 0 ? [] : indexesOf(addresses, (each) => RANK[standingOf(each)] === best);
}

const indexesOf = <T>(of: readonly T[], is: (each: T) => boolean): number[] =>
  of.flatMap((each, index) => (is(each) ? [index] : []));
const isInForce = ({ left }: Address): boolean => left === null;
/** Whether an address was settled when it left, less than a window ago. */
export const hasLeftSettled = ({ left }: Address): boolean => left?.settled === true && left.hours < WINDOW;
const isSettled = (rules: Rules, address: Address): boolean =>
  address.left === null && address.age >= WINDOW && !(rules.returnedIsLess && address.returned !== null);
const replaceAt = <T>(of: readonly T[], at: number, by: T): T[] =>
  of.map((each, index) => (index === at ? by : each));

/** The addresses whose links work, and that are sent some. */
const linked = (rules: Rules, { addresses }: State): readonly number[] =>
  rules.linksByStanding
    ? highestOf(rules.returnedIsLess ? addresses : addresses.map((each) => ({ ...each, returned: null })))
    : indexesOf(addresses, isInForce);

/** Sends everyone word; who may raise the alarm gets a link with it. */
function tell(rules: Rules, state: State): State {
  const to = linked(rules, state);
  return {
    ...state,
    addresses: state.addresses.map((each, index) => (to.includes(index) ? { ...each, link: 0 } : each)),
  };
}

/** The addresses that hear of what is taken away: those in force, and those that left settled this week. */
const hearing = (rules: Rules, { addresses }: State): readonly number[] =>
  indexesOf(addresses, (each) => isInForce(each) || (rules.goneHear && hasLeftSettled(each)));

/** Sends word of what is taken away; those that left settled get a link that brings them back. */
function tellAway(rules: Rules, state: State): State {
  const told = tell(rules, state);
  if (!rules.goneHear || !rules.comesBackByAlarm) return told;
  return {
    ...told,
    addresses: told.addresses.map((each) => (hasLeftSettled(each) ? { ...each, link: 0 } : each)),
  };
}

/** Sends word of a hold, with a link to stop it. */
function tellOfHold(rules: Rules, state: State, at: number): { state: State; told: readonly number[] } {
  const way = state.ways[at];
  if (way === undefined) return { state, told: [] };
  const to = linked(rules, state);
  const stops = [...new Set([...way.stops, ...to])].sort((a, b) => a - b);
  const sendsLink = rules.goneHear && rules.comesBackByAlarm;
  return {
    state: {
      ...state,
      addresses: state.addresses.map((each) =>
        sendsLink && hasLeftSettled(each) ? { ...each, link: 0 } : each,
      ),
      ways: replaceAt(state.ways, at, { ...way, stops }),
    },
    told: hearing(rules, state),
  };
}

/** Where a code may go that is asked for with the password alone: to one that stands highest, the main one first. */
function sentWithoutName(rules: Rules, state: State): readonly number[] {
  const main = indexesOf(state.addresses, ({ isMain }) => isMain);
  const highest = linked(rules, state);
  return !rules.linksByStanding || main.some((at) => highest.includes(at)) ? main : highest;
}

/** Whether a raise link that was sent to an address works. */
function raises(rules: Rules, state: State, at: number): boolean {
  const address = state.addresses[at];
  if (address === undefined || address.link === null) return false;
  if (address.left === null) return linked(rules, state).includes(at);
  return rules.comesBackByAlarm && hasLeftSettled(address);
}

function stopsByLink(rules: Rules, state: State, who: Person, way: WayBack): boolean {
  return way.stops.some((at) => {
    const address = state.addresses[at];
    if (address === undefined || !holds(address.readers, who)) return false;
    return (
      !rules.stopsBelong || (rules.linksByStanding ? linked(rules, state).includes(at) : isInForce(address))
    );
  });
}

function stopsBySession(rules: Rules, { alarmed, sessions }: State, who: Person, way: WayBack): boolean {
  const session = sessions[who];
  if (session === null || !session.fresh) return false;
  const isProven = session.inFull || !rules.removalAsksBoth;
  return isProven && (!alarmed || (rules.stopsBehindAlarm && !way.settled));
}

/** Whether somebody has the second step that is asked for at sign-in. */
const hasSecondStep = ({ authenticators, codes }: State, who: Person): boolean =>
  authenticators.some(({ holder }) => holds(holder, who)) ||
  (codes !== null && codes.count > 0 && holds(codes.holder, who));

/** At most so many addresses are remembered, and so many ways back of one person open, to keep the game small. */
export type Bounds = { readonly addresses: number; readonly ways: number; readonly waits: readonly number[] };
export const BOUNDS: Bounds = { addresses: 3, ways: 1, waits: [1, 24, 72, 168] };

/** What a person can do now. */
export function movesOf(rules: Rules, state: State, who: Person, bounds: Bounds = BOUNDS): Move[] {
  const moves: Move[] = [];
  const { addresses, authenticators, codes, replaced, ways, alarmed } = state;
  const session = state.sessions[who];
  const password = holds(state.password, who);
  const app = authenticators.some(({ holder }) => holds(holder, who));
  const paper =
    (codes !== null && codes.count > 0 && holds(codes.holder, who)) ||
    (replaced?.counts === true && replaced.count > 0 && holds(replaced.holder, who));
  if (password && hasSecondStep(state, who) && session?.inFull !== true) moves.push({ is: 'sign-in', who });
  if (session !== null && !session.fresh && hasSecondStep(state, who)) moves.push({ is: 'step-up', who });
  if (session !== null) moves.push({ is: 'raise', who });
  const both = session?.inFull === true || !rules.removalAsksBoth;
  if (session?.fresh === true && !alarmed) {
    const inForce = addresses.filter(isInForce);
    if (
      addresses.length < bounds.addresses &&
      !inForce.some(({ readers, age }) => readers === who && age < WINDOW)
    )
      moves.push({ is: 'add-address', who });
    if (authenticators.length < 3 && !authenticators.some(({ holder }) => holder === who))
      moves.push({ is: 'bind-app', who });
    if (both && (codes === null || codes.holder !== who || codes.count === 0))
      moves.push({ is: 'renew-codes', who });
    if (password && state.password === 'both') moves.push({ is: 'change-password', who });
    const elsewhere = state.sessions[who === 'owner' ? 'other' : 'owner'];
    if (elsewhere !== null) moves.push({ is: 'end-other-sessions', who });
    addresses.forEach((each, address) => {
      if (!isInForce(each)) return;
      if (!each.isMain) moves.push({ is: 'make-main', who, address });
      if (both && !each.isMain) moves.push({ is: 'remove-address', who, address });
    });
    if (both && authenticators.length > 1)
      for (const app of authenticators.keys()) moves.push({ is: 'remove-app', who, app });
  }
  if (
    alarmed &&
    rules.sessionEndsAlarm &&
    session?.inFull === true &&
    !addresses.some((each) => isSettled(rules, each))
  )
    moves.push({ is: 'end-alarm', who });
  const namedAlone = sentWithoutName(rules, state);
  addresses.forEach((each, address) => {
    if (!holds(each.readers, who)) return;
    if (raises(rules, state, address)) moves.push({ is: 'raise-by-link', who, address });
    if (!isInForce(each)) return;
    if (ways.filter((way) => way.who === who).length >= bounds.ways) return;
    if (app) moves.push({ is: 'begin', who, lost: 'password', address });
    if (password && namedAlone.includes(address))
      moves.push({ is: 'begin', who, lost: 'second-step', address });
    if (paper) moves.push({ is: 'begin', who, lost: 'both', address });
  });
  if (password && addresses.some(({ link }, at) => link === null && linked(rules, state).includes(at)))
    moves.push({ is: 'fail-second-step', who });
  state.changes.forEach(({ address }, change) => {
    const readers = addresses[address]?.readers ?? 'nobody';
    if (holds(readers, who)) moves.push({ is: 'undo', who, change });
  });
  ways.forEach((way, at) => {
    if (way.who === who) {
      if (way.ends <= 0) moves.push({ is: 'complete', who, way: at });
      return;
    }
    if (stopsByLink(rules, state, who, way)) moves.push({ is: 'stop-by-link', who, way: at });
    else if (stopsBySession(rules, state, who, way)) moves.push({ is: 'stop', who, way: at });
  });
  return moves;
}

const older = (age: number, hours: number, most = WINDOW): number => Math.min(most, age + hours);
const olderOrNull = (age: number | null, hours: number): number | null =>
  age === null || age + hours >= WINDOW ? null : age + hours;

function wait(rules: Rules, state: State, hours: number): State {
  const ageing = rules.alarmStopsAgeing && state.alarmed ? 0 : hours;
  const now: State = {
    ...state,
    addresses: state.addresses.map((each) => ({
      ...each,
      age: older(each.age, ageing),
      returned: olderOrNull(each.returned, ageing),
      left: each.left === null ? null : { ...each.left, hours: older(each.left.hours, hours) },
      link: olderOrNull(each.link, hours),
    })),
    authenticators: state.authenticators.map((each) => ({ ...each, age: older(each.age, ageing) })),
    codes: state.codes === null ? null : { ...state.codes, age: older(state.codes.age, ageing) },
    replaced:
      state.replaced === null || (!state.replaced.counts && state.replaced.age + hours >= WINDOW)
        ? null
        : { ...state.replaced, age: older(state.replaced.age, hours) },
    sessions: {
      owner: hours >= 12 ? null : stale(state.sessions.owner),
      other: hours >= 12 ? null : stale(state.sessions.other),
    },
    ways: state.ways.flatMap((way) => {
      const ends = way.ends - hours;
      return ends <= -OPEN ? [] : [{ ...way, ends: Math.max(ends, -OPEN) }];
    }),
    changes: state.changes.flatMap((each) =>
      each.age + hours >= WINDOW ? [] : [{ ...each, age: each.age + hours }],
    ),
  };
  // Every address is reminded each day.
  return hours >= 24 ? remind(rules, now) : now;
}

/** Sends word of each hold that runs. */
const remind = (rules: Rules, state: State): State =>
  state.ways.reduce((now, _, at) => tellOfHold(rules, now, at).state, state);

const stale = (session: Session | null): Session | null => session && { fresh: false, inFull: false };

/** Ends ways back. One that is ended gives its backup code back, where the rules say so. */
function endWays(rules: Rules, before: State, which: (way: WayBack) => boolean): State {
  let { codes, replaced } = before;
  if (rules.codeGivenBack)
    for (const { code } of before.ways.filter(which)) {
      if (code === 'present' && codes !== null) codes = { ...codes, count: codes.count + 1 };
      if (code === 'replaced' && replaced !== null) replaced = { ...replaced, count: replaced.count + 1 };
    }
  return { ...before, codes, replaced, ways: before.ways.filter((way) => !which(way)) };
}

/** Lets an address leave. It keeps a raise link only where it may come back by it. */
function leave(rules: Rules, state: State, at: number): State {
  const address = state.addresses[at];
  if (address === undefined) return state;
  const settled = isSettled(rules, address);
  const left = { hours: 0, settled };
  const keeps = rules.comesBackByAlarm && settled;
  const gone: Address = { ...address, left, isMain: false, link: keeps ? address.link : null };
  return { ...state, addresses: replaceAt(state.addresses, at, gone) };
}

function comeBack(state: State, at: number): State {
  const address = state.addresses[at];
  if (address === undefined || address.left === null) return state;
  const back: Address = { ...address, left: null, returned: 0, link: null };
  return { ...state, addresses: replaceAt(state.addresses, at, back) };
}

/** Lets an address that left bring itself back no more. */
function forgetFormer(state: State, at: number): State {
  const address = state.addresses[at];
  if (address === undefined || address.left === null) return state;
  const left = { ...address.left, settled: false };
  return { ...state, addresses: replaceAt(state.addresses, at, { ...address, left, link: null }) };
}

const makeMain = (state: State, at: number): State => ({
  ...state,
  addresses: state.addresses.map((each, index) => ({ ...each, isMain: index === at })),
});

/** Gives the account a main address where it has none, of those that stand highest. */
function withMain(state: State): State {
  if (state.addresses.some(({ isMain }) => isMain)) return state;
  const [first] = highestOf(state.addresses);
  return first === undefined ? state : makeMain(state, first);
}

/** Ends the raise links of addresses in force; what left keeps its own. */
const clearLinks = (state: State): State => ({
  ...state,
  addresses: state.addresses.map((each) => (isInForce(each) ? { ...each, link: null } : each)),
});

/** Keeps what an undo link takes back, where the rules have such links. */
const undoable = (rules: Rules, before: State, state: State, is: Change['is'], address: number): State => {
  const old = before.addresses[address];
  return rules.comesBackByAlarm || old === undefined || old.age < WINDOW
    ? state
    : { ...state, changes: [...state.changes, { is, address, age: 0 }] };
};

/** Raises the alarm. @param from the address by whose link; null for a session */
function raise(rules: Rules, before: State, from: number | null): Step {
  const events: Event[] = [];
  const by = from === null ? 'settled' : standingOf(before.addresses[from] ?? NOWHERE);
  events.push({
    is: 'raised',
    by,
    highest: from === null || by === 'gone' || highestOf(before.addresses).includes(from),
  });
  const spares = before.alarmed && rules.raisedAgainSparesSessions;
  let state: State = spares ? before : { ...before, sessions: { owner: null, other: null } };
  if (!before.alarmed) state = endWays(rules, state, () => true);
  state = { ...state, alarmed: true, ways: state.ways.map((way) => ({ ...way, behind: true })) };
  if (from !== null)
    state = rules.raisingUsesOwn
      ? {
          ...state,
          addresses: replaceAt(state.addresses, from, { ...(state.addresses[from] ?? NOWHERE), link: null }),
        }
      : clearLinks(state);
  else if (!rules.raisingUsesOwn) state = clearLinks(state);
  // Those that are taken out hear too; an address whose link was used up does not, where it is not back.
  const isBack =
    rules.comesBackByAlarm && by === 'gone' && !before.addresses.some((each) => isSettled(rules, each));
  const told = hearing(rules, before).filter((at) => at !== from || by !== 'gone' || isBack);
  for (const each of state.authenticators)
    if (each.age < WINDOW)
      events.push({
        is: 'evicted',
        what: 'authenticator',
        standing: 'young',
        by: 'alarm',
        inFull: false,
        told,
      });
  state = { ...state, authenticators: state.authenticators.filter(({ age }) => age >= WINDOW) };
  if (state.codes !== null && state.codes.age < WINDOW) state = { ...state, codes: null };
  if (state.replaced !== null && (!rules.revivalIsLast || state.authenticators.length === 0))
    state = { ...state, replaced: { ...state.replaced, counts: true } };
  let spared: number | null = null;
  let main: number | null = null;
  if (rules.comesBackByAlarm) {
    // Beside a settled one it would be out again at once.
    if (from !== null) state = isBack ? comeBack(state, from) : forgetFormer(state, from);
  } else {
    const hadSettled = state.addresses.some((each) => isInForce(each) && each.age >= WINDOW);
    spared = from ?? (hadSettled ? null : state.addresses.findIndex(({ isMain }) => isMain));
    for (const { is, address } of state.changes) {
      state = comeBack(state, address);
      if (is === 'primary') main ??= address;
    }
    state = { ...state, changes: [] };
  }
  const stays = (each: Address, at: number): boolean =>
    rules.alarmByStanding
      ? isSettled(rules, each) || !state.addresses.some((other) => isSettled(rules, other))
      : each.age >= WINDOW || at === (spared ?? from);
  const after = state.addresses;
  const out = indexesOf(after, isInForce).filter((at) => !stays(after[at] ?? NOWHERE, at));
  for (const at of out) {
    const standing = standingOf(after[at] ?? NOWHERE);
    events.push({ is: 'evicted', what: 'address', standing, by: 'alarm', inFull: false, told });
    state = leave(rules, state, at);
    if (rules.endsWithAddress) state = endWays(rules, state, ({ address }) => address === at);
  }
  if (main !== null && isInForce(state.addresses[main] ?? NOWHERE)) state = makeMain(state, main);
  if (rules.returningHears && isBack) state = remind(rules, state);
  return { state: withMain(state), events };
}

const NOWHERE: Address = {
  readers: 'nobody',
  age: 0,
  returned: null,
  left: { hours: WINDOW, settled: false },
  isMain: false,
  link: null,
};

/** Ends the alarm. @param rested the address that a way back rested on; null for a session */
function endAlarm(rules: Rules, before: State, who: Person, rested: number | null): Step {
  const events: Event[] = [];
  let state: State = clearLinks({
    ...before,
    alarmed: false,
    // What is not settled and stays begins anew: it has not been undisturbed.
    addresses:
      before.alarmed && rules.alarmStopsAgeing
        ? before.addresses.map((each) => ({
            ...each,
            age: standingOf(each) === 'young' ? 0 : each.age,
            returned: standingOf(each) === 'returned' ? 0 : each.returned,
          }))
        : before.addresses,
    replaced: before.alarmed ? null : before.replaced,
    ways: before.ways.map((way) => ({ ...way, behind: false })),
  });
  if (!rules.endTakesOut || !before.alarmed) return { state, events };
  const told = hearing(rules, before);
  for (const at of indexesOf(before.addresses, isInForce)) {
    const each = before.addresses[at] ?? NOWHERE;
    const standing = standingOf(each);
    const goes =
      rested !== null
        ? !isSettled(rules, each) && at !== rested
        : rules.endAsksWhose
          ? !isSettled(rules, each) && !holds(each.readers, who)
          : standing === 'returned';
    if (!goes || state.addresses.filter(isInForce).length === 1) continue;
    events.push({ is: 'evicted', what: 'address', standing, by: 'end-of-alarm', inFull: true, told });
    state = leave(rules, state, at);
    if (rules.endsWithAddress) state = endWays(rules, state, ({ address }) => address === at);
  }
  return { state: withMain(state), events };
}

/** Lets somebody in by a way back, whose own record is gone from the state. */
function complete(rules: Rules, before: State, way: WayBack, waited: boolean): Step {
  const { who, lost } = way;
  const events: Event[] = [
    {
      is: 'let-in',
      who,
      lost,
      waited,
      settled: way.settled,
      open: way.open,
      inForce: isInForce(before.addresses[way.address] ?? NOWHERE),
      overAuthenticator: way.code === 'replaced' && before.authenticators.length > 0,
    },
  ];
  let state: State = {
    ...before,
    ways: [],
    sessions: { owner: null, other: null, [who]: { fresh: true, inFull: true } },
  };
  if (lost !== 'second-step') state = { ...state, password: who };
  else state = { ...state, sessions: { ...state.sessions, [who]: { fresh: true, inFull: false } } };
  if (lost !== 'password') {
    for (const { age } of before.authenticators)
      events.push({
        is: 'evicted',
        what: 'authenticator',
        standing: age >= WINDOW ? 'settled' : 'young',
        by: 'way-back',
        inFull: true,
        told: [],
      });
    const age = rules.renewedIsSettled && way.settled ? WINDOW : 0;
    state = {
      ...state,
      authenticators: [{ holder: who, age }],
      codes: { holder: who, age, count: CODES },
      replaced: null,
    };
  }
  const ended = endAlarm(rules, state, who, way.address);
  // It is told when all is done, to those that are left.
  const left = hearing(rules, ended.state);
  const heard = [...events, ...ended.events].map((event) =>
    event.is === 'evicted' ? { ...event, told: left } : event,
  );
  return { state: tellAway(rules, ended.state), events: heard };
}

/** So many backup codes stand for ten. */
export const CODES = 3;

function begin(rules: Rules, before: State, { who, lost, address }: Extract<Move, { is: 'begin' }>): Step {
  const to = before.addresses[address] ?? NOWHERE;
  const { codes, replaced } = before;
  const isPresent = codes !== null && codes.count > 0 && holds(codes.holder, who);
  const code = lost !== 'both' ? null : isPresent ? 'present' : 'replaced';
  const second =
    lost === 'second-step' ||
    (lost === 'password'
      ? before.authenticators.some(({ holder, age }) => holds(holder, who) && age >= WINDOW)
      : code === 'present' && (codes?.age ?? 0) >= WINDOW);
  const settled = standingOf(to) === 'settled' && second;
  const waits = rules.unsettledWaits && !(isSettled(rules, to) && second);
  let state = before;
  if (code === 'present' && codes !== null) state = { ...state, codes: { ...codes, count: codes.count - 1 } };
  if (code === 'replaced' && replaced !== null)
    state = { ...state, replaced: { ...replaced, count: replaced.count - 1 } };
  if (code !== null) state = tell(rules, state);
  const way: WayBack = {
    who,
    lost,
    address,
    ends: HOLD,
    settled,
    code,
    behind: before.alarmed,
    stops: [],
    open: true,
  };
  if (lost === 'password' && !waits) return complete(rules, state, way, false);
  state = { ...state, ways: [...state.ways, way] };
  const told = tellOfHold(rules, state, state.ways.length - 1);
  return { state: told.state, events: [{ is: 'held', way, told: told.told }] };
}

/** Makes a move that is allowed. */
export function play(rules: Rules, before: State, move: Move): Step {
  const step = make(rules, before, move);
  return { state: seen(rules, step.state, move), events: step.events };
}

/**
 * Notes of each hold whether it can be stopped: by a session at any time, and by all who stand highest when word is sent,
 * which is when it begins and each day.
 */
function seen(rules: Rules, state: State, move: Move): State {
  if (state.ways.length === 0) return state;
  const highest = highestOf(state.addresses);
  const isTold = (at: number): boolean =>
    move.is === 'wait' ? move.hours >= 24 : move.is === 'begin' && at === state.ways.length - 1;
  return {
    ...state,
    ways: state.ways.map((way, at) => {
      const byLink = !isTold(at) || highest.every((each) => way.stops.includes(each));
      const bySession = !state.alarmed || rules.stopsBehindAlarm || way.settled;
      return way.open && byLink && bySession ? way : { ...way, open: false };
    }),
  };
}

function make(rules: Rules, before: State, move: Move): Step {
  const quiet = (state: State): Step => ({ state, events: [] });
  const withSession = (state: State, who: Person, session: Session): State => ({
    ...state,
    sessions: { ...state.sessions, [who]: session },
  });
  /** Takes a backup code where there is nothing better. */
  const stepped = (who: Person): State =>
    before.codes === null || before.authenticators.some(({ holder }) => holds(holder, who))
      ? before
      : { ...before, codes: { ...before.codes, count: before.codes.count - 1 } };
  switch (move.is) {
    case 'wait':
      return quiet(wait(rules, before, move.hours));
    case 'sign-in':
      return quiet(tell(rules, withSession(stepped(move.who), move.who, { fresh: true, inFull: true })));
    case 'step-up': {
      const inFull = holds(before.password, move.who);
      const state = withSession(stepped(move.who), move.who, { fresh: true, inFull });
      return quiet(state.codes?.count === before.codes?.count ? state : tell(rules, state));
    }
    case 'fail-second-step':
      return quiet(tell(rules, before));
    case 'add-address': {
      const added: Address = {
        readers: move.who,
        age: 0,
        returned: null,
        left: null,
        isMain: false,
        link: null,
      };
      return quiet(tell(rules, { ...before, addresses: [...before.addresses, added] }));
    }
    case 'make-main': {
      const main = before.addresses.findIndex(({ isMain }) => isMain);
      const state = undoable(rules, before, makeMain(before, move.address), 'primary', main);
      return quiet(tell(rules, state));
    }
    case 'remove-address': {
      const address = before.addresses[move.address] ?? NOWHERE;
      const told = hearing(rules, before);
      const rests = ({ address: at }: WayBack) => !rules.endsWithAddress || at === move.address;
      let state = endWays(rules, leave(rules, before, move.address), rests);
      state = undoable(rules, before, state, 'removed', move.address);
      const gone = state.addresses[move.address] ?? NOWHERE;
      if (rules.comesBackByAlarm && gone.left?.settled === true)
        state = { ...state, addresses: replaceAt(state.addresses, move.address, { ...gone, link: 0 }) };
      const inFull = before.sessions[move.who]?.inFull === true;
      const standing = standingOf(address);
      return {
        state: tellAway(rules, state),
        events: [{ is: 'evicted', what: 'address', standing, by: 'removal', inFull, told }],
      };
    }
    case 'bind-app':
      return quiet(
        tell(rules, { ...before, authenticators: [...before.authenticators, { holder: move.who, age: 0 }] }),
      );
    case 'remove-app': {
      const standing = (before.authenticators[move.app]?.age ?? 0) >= WINDOW ? 'settled' : 'young';
      const state = endWays(
        rules,
        { ...before, authenticators: before.authenticators.filter((_, at) => at !== move.app) },
        () => true,
      );
      const inFull = before.sessions[move.who]?.inFull === true;
      return {
        state: tellAway(rules, state),
        events: [
          {
            is: 'evicted',
            what: 'authenticator',
            standing,
            by: 'removal',
            inFull,
            told: hearing(rules, before),
          },
        ],
      };
    }
    case 'renew-codes': {
      const { codes } = before;
      const state: State = {
        ...endWays(rules, before, () => true),
        codes: { holder: move.who, age: 0, count: CODES },
        replaced:
          before.replaced ??
          (codes === null || codes.count === 0
            ? null
            : { holder: codes.holder, age: 0, count: codes.count, counts: false }),
      };
      const inFull = before.sessions[move.who]?.inFull === true;
      const standing = (codes?.age ?? 0) >= WINDOW ? 'settled' : 'young';
      return {
        state: tellAway(rules, state),
        events:
          codes === null
            ? []
            : [
                {
                  is: 'evicted',
                  what: 'codes',
                  standing,
                  by: 'removal',
                  inFull,
                  told: hearing(rules, before),
                },
              ],
      };
    }
    case 'change-password': {
      const state = endWays(rules, { ...before, password: move.who }, () => true);
      const sessions = { owner: null, other: null, [move.who]: before.sessions[move.who] };
      return {
        state: tellAway(rules, { ...state, sessions }),
        events: [
          {
            is: 'evicted',
            what: 'password',
            standing: 'settled',
            by: 'change',
            inFull: true,
            told: hearing(rules, before),
          },
        ],
      };
    }
    case 'end-other-sessions':
      return quiet({
        ...before,
        sessions: { owner: null, other: null, [move.who]: before.sessions[move.who] },
      });
    case 'raise':
      return withLinksEnded(before, raise(rules, before, null), move.who);
    case 'raise-by-link':
      return withLinksEnded(before, raise(rules, before, move.address), move.who);
    case 'end-alarm': {
      const { state, events } = endAlarm(rules, before, move.who, null);
      return { state: rules.endAsksWhose ? state : tell(rules, state), events };
    }
    case 'undo': {
      const change = before.changes[move.change];
      if (change === undefined) return quiet(before);
      const address = before.addresses[change.address] ?? NOWHERE;
      let state: State = { ...before, changes: before.changes.slice(0, move.change) };
      state = comeBack(state, change.address);
      if (change.is === 'primary') state = makeMain(state, change.address);
      const again = address.left !== null && address.returned !== null;
      const undone: Event = { is: 'undone', main: change.is === 'primary', again };
      const lost = before.changes.slice(move.change + 1).some((each) => {
        const { readers } = before.addresses[each.address] ?? NOWHERE;
        return !holds(readers, move.who);
      });
      return {
        state: tell(rules, state),
        events: lost ? [undone, { is: 'links-ended', by: 'undo' }] : [undone],
      };
    }
    case 'begin':
      return begin(rules, before, move);
    case 'complete': {
      const way = before.ways[move.way];
      if (way === undefined) return quiet(before);
      return complete(rules, before, way, true);
    }
    case 'stop-by-link':
    case 'stop': {
      const way = before.ways[move.way];
      if (way === undefined) return quiet(before);
      const highest = highestOf(before.addresses);
      const entitled =
        move.is === 'stop' ||
        way.stops.some(
          (at) => highest.includes(at) && holds(before.addresses[at]?.readers ?? 'nobody', move.who),
        );
      const state = endWays(rules, before, (each) => each === way);
      const events: Event[] = [
        { is: 'stopped', whose: way.who, by: move.is === 'stop' ? 'session' : 'link', entitled },
      ];
      if (way.code !== null && !rules.codeGivenBack) events.push({ is: 'code-burnt', whose: way.who });
      return { state: tell(rules, state), events };
    }
  }
}

/** Notes where raising ended the raise links of an address that its reader did not use. */
function withLinksEnded(before: State, step: Step, who: Person): Step {
  const ended = before.addresses.some(
    (each, at) =>
      each.link !== null &&
      !holds(each.readers, who) &&
      standingOf(each) === 'settled' &&
      step.state.addresses[at]?.link === null,
  );
  return ended ? { ...step, events: [...step.events, { is: 'links-ended', by: 'raise' }] } : step;
}

/** Forgets what can have no effect any more, and brings what has no order into one. */
export function canonical(rules: Rules, state: State): State {
  const used = (at: number): boolean => {
    const address = state.addresses[at] ?? NOWHERE;
    if (address.left === null) return true;
    if (rules.comesBackByAlarm && hasLeftSettled(address)) return true;
    if (state.changes.some((change) => change.address === at)) return true;
    return state.ways.some((way) => way.address === at || (!rules.stopsBelong && way.stops.includes(at)));
  };
  const text = state.addresses.map((each) => JSON.stringify(each));
  const order = indexesOf(state.addresses, () => true)
    .filter(used)
    .sort((a, b) => ((text[a] ?? '') < (text[b] ?? '') ? -1 : 1));
  const moved = (at: number): number => order.indexOf(at);
  return {
    ...state,
    addresses: order.map((at) => state.addresses[at] ?? NOWHERE),
    authenticators: state.authenticators.toSorted((a, b) => a.age - b.age || (a.holder < b.holder ? -1 : 1)),
    ways: state.ways
      .map((way) => ({
        ...way,
        address: moved(way.address),
        stops: way.stops
          .map(moved)
          .filter((at) => at >= 0)
          .sort((a, b) => a - b),
      }))
      .sort((a, b) => a.ends - b.ends || (a.who < b.who ? -1 : 1)),
    changes: state.changes.map((each) => ({ ...each, address: moved(each.address) })),
  };
}
