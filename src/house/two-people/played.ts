import { randomUUID } from 'node:crypto';
import { type AccountId, openAccountKey } from '../../identity/core/accounts/index.ts';
import { readAddresses } from '../../identity/core/addresses/index.ts';
import { currentCode } from '../../identity/credentials/authenticator-app/index.ts';
import { readUnacknowledged } from '../../identity/credentials/backup-codes/index.ts';
import type { makeIdentity } from '../../identity/index.ts';
import { missingProof, type Session } from '../../identity/session/sessions/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { DataKey } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { holds, type Move, type Person, type State, standingOf, WINDOW } from './model.ts';

const PEOPLE: readonly Person[] = ['owner', 'other'];
const HOUR = 3600;
const UNKNOWN = { tokens: [], userAgent: '' };

/** A letter, with the token of its link if it has one, and the way back that this stops. */
export type Mail = { readonly to: string; readonly token: string | null; readonly recovery: string | null };

/** The rules of the product on a database, with what they send written down. */
export type World = {
  readonly identity: Awaited<ReturnType<typeof makeIdentity>>;
  readonly database: Database;
  readonly clock: Clock & { advance(seconds: number): void };
  /** The letters of notices, in the order in which they were sent. */
  readonly mails: readonly Mail[];
  /** The codes and links that prove an address, by address, the last one. */
  readonly proofs: ReadonlyMap<string, string>;
};

/** An account that both play in, as it is made. Mailboxes and apps stand in the order of the model's. */
export type Account = {
  readonly id: AccountId;
  readonly username: string;
  readonly emails: readonly string[];
  readonly password: string;
  readonly secrets: readonly string[];
  readonly codes: readonly string[];
  readonly session: string | null;
};

/** A way back, with the backup code that was used for it and the paper that it stood on. */
type Way = {
  readonly id: string;
  readonly token: string;
  readonly code: string | null;
  readonly paper: string[];
};

/** What both the model and the product say of an account. */
export type View = {
  readonly addresses: readonly string[];
  readonly main: string | undefined;
  readonly isAlarmed: boolean;
  readonly apps: number;
  readonly codes: number;
  readonly ways: readonly string[];
  readonly sessions: readonly string[];
};

/** Plays the moves of the model on the product, as the pages would. */
export function makePlayed(world: World, account: Account) {
  const { identity, database, clock, mails, proofs } = world;
  const { alarm, apps, backupCodes, emails, kinds, recovery, sessions, signIn, stepUp } = identity;
  const { id: accountId } = account;
  const boxes = [...account.emails];
  let password = account.password;
  let secrets = [...account.secrets];
  let codes = [...account.codes];
  let replaced: string[] = [];
  const tokens: Record<Person, string | null> = { owner: null, other: account.session };
  const ways: Partial<Record<Person, Way>> = {};
  let network = 0;

  const emailOf = (at: number): string => boxes[at] ?? '';
  const live = async (who: Person): Promise<Session | null> => {
    const token = tokens[who];
    const found = token === null ? null : await sessions.find(token);
    return found?.is === 'live' ? found.session : null;
  };
  /** The session of a person, where a page that asks for a step-up lets them in. */
  const guarded = async (
    who: Person,
    asks: 'factor' | 'password',
    { whileAlarmed = false } = {},
  ): Promise<Session | null> => {
    const session = await live(who);
    if (session === null || (session.alarmed && !whileAlarmed)) return null;
    const missing = missingProof(session, clock, { ...identity.policy.stepUp, asks });
    return missing === null ? session : null;
  };
  const enter = async (who: Person, token: string): Promise<true> => {
    const before = await live(who);
    if (before !== null) await sessions.end(before, 'replaced');
    tokens[who] = token;
    return true;
  };
  /** A code of an app, in a time step of its own. */
  const appCode = (secret: string): string => {
    clock.advance(31);
    return currentCode(secret, clock.now()).code;
  };
  const key = (): Promise<DataKey> => openAccountKey(database, identity.vault, accountId);

  /** Answers a second step as somebody does who holds what the model says. */
  const factorOf = (who: Person, { authenticators }: State) => {
    const at = authenticators.findIndex(({ holder }) => holds(holder, who));
    const secret = secrets[at];
    return secret === undefined
      ? { factor: kinds.backupCode, answer: codes[0] ?? '' }
      : { factor: kinds.app, answer: appCode(secret) };
  };
  /** The alarm takes out apps that are not settled. */
  const forgetYoungApps = ({ authenticators }: State): void => {
    secrets = secrets.filter((_, at) => (authenticators[at]?.age ?? 0) >= WINDOW);
  };
  const crossOut = (used: string): void => {
    for (const paper of [codes, replaced]) if (paper.includes(used)) paper.splice(paper.indexOf(used), 1);
  };

  async function begin(move: Extract<Move, { is: 'begin' }>, before: State): Promise<boolean> {
    const { who, lost, address } = move;
    const email = emailOf(address);
    const lastProof = proofs.get(email);
    const from = { language: 'en', network: `198.51.100.${network++}`, browser: UNKNOWN };
    let token: string;
    if (lost === 'second-step') {
      const step = await signIn.checkPassword({
        identifier: account.username,
        password,
        returnTo: '/home',
        browser: UNKNOWN,
        prove: async () => ({ is: 'proven' }),
      });
      if (step.is !== 'needs-factor') return false;
      const waiting = await signIn.waiting(step.token);
      const begun = waiting === null ? null : await recovery.beginWithPassword(waiting.challenged, from);
      if (begun === null) return false;
      token = begun;
    } else token = await recovery.begin(lost, email, from);
    const id = (await recovery.find(token))?.id;
    if (id === undefined) return false;
    await recovery.send(id);
    const proof = proofs.get(email);
    if (proof === undefined || proof === lastProof) return false;
    const isPresent = before.codes !== null && before.codes.count > 0 && holds(before.codes.holder, who);
    const paper = isPresent ? codes : replaced;
    const code = lost === 'both' ? (paper[0] ?? '') : null;
    if (lost === 'password') {
      const opened = await recovery.openLink(proof, UNKNOWN);
      if (opened.is !== 'next') return false;
      token = opened.token;
    } else {
      const progress = await recovery.find(token);
      if (progress === null || (await recovery.enterCode(progress, proof)).is !== 'next') return false;
    }
    if (lost !== 'second-step') {
      const progress = await recovery.find(token);
      if (progress === null) return false;
      const appAt = before.authenticators.findIndex(
        ({ holder, age }) => holds(holder, who) && age === Math.max(...agesOf(who, before)),
      );
      const [factor, answer] =
        code === null ? [kinds.app, appCode(secrets[appAt] ?? '')] : [kinds.backupCode, code];
      if ((await recovery.confirm(progress, factor, answer)).is !== 'right') return false;
      if (code !== null) crossOut(code);
    }
    ways[who] = { id, token, code, paper };
    const progress = await recovery.find(token);
    return progress?.stage === 'hold' || lost !== 'password' ? true : complete(who);
  }

  async function complete(who: Person): Promise<boolean> {
    const way = ways[who];
    const progress = way === undefined ? null : await recovery.find(way.token);
    if (way === undefined || progress === null || progress.stage === 'hold') return false;
    let token: string | null = null;
    if (progress.lost !== 'second-step') {
      const chosen = `${randomUUID()} violet saddle`;
      const done = await recovery.choosePassword(progress, chosen, UNKNOWN);
      if (done.is !== 'returned' && done.is !== 'next') return false;
      password = chosen;
      if (done.is === 'returned') token = done.returned.token;
    }
    if (token === null) {
      const now = await recovery.find(way.token);
      const enrolling = now === null ? null : await recovery.enrolling(now, 'Firefox');
      if (now === null || enrolling === null) return false;
      const answered = await kinds.app.enrolment.check(enrolling, appCode(enrolling.secret));
      if (answered.is !== 'right') return false;
      const bound = await recovery.bindNew(now, answered.bind, UNKNOWN);
      if (bound.is !== 'returned') return false;
      token = bound.returned.token;
      secrets = [enrolling.secret];
      codes = [...((await readUnacknowledged(database, accountId, await key()))?.codes ?? [])];
      replaced = [];
    }
    delete ways[who];
    // What is added in the minute after it counts as made with it.
    clock.advance(61);
    return enter(who, token);
  }

  /** Sends what is due, and writes a backup code down again whose way back ended without being completed. */
  async function settle(): Promise<void> {
    await recovery.remind();
    for (const who of PEOPLE) {
      const way = ways[who];
      if (way === undefined || (await recovery.find(way.token)) !== null) continue;
      if (way.code !== null) way.paper.push(way.code);
      delete ways[who];
    }
  }

  async function pass(hours: number): Promise<true> {
    if (hours < 24) {
      for (let part = 0; part < 3 * hours; part++) {
        clock.advance(HOUR / 3);
        for (const who of PEOPLE) await live(who);
      }
      return true;
    }
    for (let day = 0; day < hours / 24; day++) {
      clock.advance(24 * HOUR);
      await recovery.remind();
    }
    return true;
  }

  async function make(move: Move, before: State, after: State): Promise<boolean> {
    if (move.is === 'wait') return pass(move.hours);
    const { who } = move;
    switch (move.is) {
      case 'sign-in': {
        const step = await signIn.checkPassword({
          identifier: account.username,
          password,
          returnTo: '/home',
          browser: UNKNOWN,
          prove: async () => ({ is: 'proven' }),
        });
        if (step.is !== 'needs-factor') return false;
        const { factor, answer } = factorOf(who, before);
        const given = { answer, browser: UNKNOWN, remember: false };
        const done = await signIn.checkFactor(step.token, factor, given);
        if (done.is !== 'right') return false;
        crossOut(answer);
        return enter(who, done.value.token);
      }
      case 'step-up': {
        const session = await live(who);
        if (session === null) return false;
        const { factor, answer } = factorOf(who, before);
        const done = await stepUp.check(session, factor, answer);
        if (done.is !== 'right') return false;
        crossOut(answer);
        tokens[who] = done.value;
        const proven = await live(who);
        if (proven === null || !holds(before.password, who)) return proven !== null;
        const inFull = await stepUp.checkPassword(proven, password);
        if (inFull.is === 'right') tokens[who] = inFull.value;
        return inFull.is === 'right';
      }
      case 'add-address': {
        const session = await guarded(who, 'factor');
        const email = `${randomUUID()}@example.org`;
        if (session === null || (await emails.add(session, email)).is !== 'pending') return false;
        const pending = await emails.pending(session);
        if (pending === null) return false;
        if ((await emails.enterCode(session, pending, proofs.get(email) ?? '')).is !== 'added') return false;
        boxes.push(email);
        return true;
      }
      case 'make-main':
      case 'remove-address': {
        const session = await guarded(who, move.is === 'make-main' ? 'factor' : 'password');
        const address = (await readAddresses(database, identity, accountId)).find(
          ({ email }) => email === emailOf(move.address),
        );
        if (session === null || address === undefined) return false;
        const change = move.is === 'make-main' ? emails.makePrimary : emails.remove;
        return (await change(session, address.id)).is === 'done';
      }
      case 'bind-app': {
        const session = await guarded(who, 'factor');
        const secret = session && (await apps.offer(session));
        if (session === null || secret === null) return false;
        if ((await apps.add(session, { code: appCode(secret), name: null })).is !== 'added') return false;
        secrets.push(secret);
        return true;
      }
      case 'remove-app': {
        const session = await guarded(who, 'password');
        const app = session && (await apps.list(session))[move.app];
        if (session === null || app === null || app === undefined) return false;
        if ((await apps.remove(session, app.id)).is !== 'removed') return false;
        secrets.splice(move.app, 1);
        return true;
      }
      case 'renew-codes': {
        const session = await guarded(who, 'password');
        if (session === null || (await backupCodes.make(session)).is !== 'made') return false;
        const made = await backupCodes.read(session);
        if (made === null || (await backupCodes.keep(session, made.id)).is !== 'kept') return false;
        if (before.replaced === null) replaced = codes;
        codes = [...made.codes];
        return true;
      }
      case 'change-password': {
        const session = await guarded(who, 'factor');
        const chosen = `${randomUUID()} violet saddle`;
        if (session === null) return false;
        const done = await identity.passwordChange.change(session, {
          current: password,
          password: chosen,
          elsewhere: 'end',
        });
        if (done.is !== 'changed') return false;
        password = chosen;
        return true;
      }
      case 'end-other-sessions': {
        const session = await guarded(who, 'factor');
        if (session === null) return false;
        await sessions.endSome(database, accountId, { but: session.id });
        return true;
      }
      case 'raise': {
        const session = await live(who);
        if (session === null || (await alarm.raise(session)) === null) return false;
        forgetYoungApps(before);
        return true;
      }
      case 'raise-by-link': {
        const email = emailOf(move.address);
        for (const { to, token, recovery: stops } of mails.toReversed())
          if (to === email && token !== null && stops === null && (await alarm.raiseByLink(token)) !== null) {
            forgetYoungApps(before);
            return true;
          }
        return false;
      }
      case 'end-alarm': {
        const session = await guarded(who, 'password', { whileAlarmed: true });
        if (session === null) return false;
        const staying = (await readAddresses(database, identity, accountId)).filter(({ email }) =>
          after.addresses.some(({ left }, at) => left === null && emailOf(at) === email),
        );
        const own = staying.map(({ id }) => id);
        return (await alarm.end(session, own)).is === 'ended';
      }
      case 'begin':
        return begin(move, before);
      case 'complete':
        return complete(who);
      case 'stop-by-link': {
        const way = before.ways[move.way];
        const id = way === undefined ? undefined : ways[way.who]?.id;
        for (const { to, token, recovery: stops } of mails.toReversed()) {
          const at = boxes.indexOf(to);
          if (stops !== id || id === undefined || !holds(before.addresses[at]?.readers ?? 'nobody', who))
            continue;
          if (token !== null && (await recovery.cancel(token))) return true;
        }
        return false;
      }
      case 'stop': {
        const way = before.ways[move.way];
        const id = way === undefined ? undefined : ways[way.who]?.id;
        const session = await guarded(who, 'password', { whileAlarmed: true });
        return session !== null && id !== undefined && (await recovery.stop(session, id)).is === 'stopped';
      }
      case 'undo':
      case 'fail-second-step':
        return false;
    }
  }

  return {
    /**
     * Makes a move.
     * @param after what the model says comes of it
     * @returns whether the product did it
     */
    make: async (move: Move, before: State, after: State): Promise<boolean> => {
      const done = await make(move, before, after);
      await settle();
      return done;
    },
    look,
    emailOf,
  };

  async function look(): Promise<View> {
    const addresses = await readAddresses(database, identity, accountId);
    const found = await database
      .selectFrom('account')
      .select('alarmed_at')
      .where('id', '=', accountId)
      .executeTakeFirstOrThrow();
    const held = await database
      .selectFrom('authenticator_app')
      .select('id')
      .where('account_id', '=', accountId)
      .execute();
    const paper = await database
      .selectFrom('backup_code')
      .select('hash')
      .where('account_id', '=', accountId)
      .where('used_at', 'is', null)
      .execute();
    const open: string[] = [];
    for (const who of PEOPLE) {
      const way = ways[who];
      const progress = way === undefined ? null : await recovery.find(way.token);
      if (progress !== null)
        open.push(`${who} ${progress.lost} ${progress.stage === 'hold' ? 'waits' : 'may complete'}`);
    }
    const within: string[] = [];
    for (const who of PEOPLE) {
      const session = await live(who);
      if (session === null) continue;
      const missing = missingProof(session, clock, { ...identity.policy.stepUp, asks: 'password' });
      within.push(`${who} ${missing === null ? 'in full' : missing === 'password' ? 'proven' : 'stale'}`);
    }
    return {
      addresses: addresses.map(({ email, standing }) => `${boxes.indexOf(email)} ${standing}`).toSorted(),
      main: String(boxes.indexOf(addresses.find(({ isPrimary }) => isPrimary)?.email ?? '')),
      isAlarmed: found.alarmed_at !== null,
      apps: held.length,
      codes: Math.min(paper.length, 1),
      ways: open,
      sessions: within,
    };
  }
}

const agesOf = (who: Person, { authenticators }: State): number[] =>
  authenticators.flatMap(({ holder, age }) => (holds(holder, who) ? [age] : []));

/** What the model says of an account, in the words of `look`. */
export function viewOf(state: State): View {
  const open = PEOPLE.flatMap((who) =>
    state.ways.flatMap((way) =>
      way.who === who ? [`${who} ${way.lost} ${way.ends > 0 ? 'waits' : 'may complete'}`] : [],
    ),
  );
  const within = PEOPLE.flatMap((who) => {
    const session = state.sessions[who];
    if (session === null) return [];
    return [`${who} ${!session.fresh ? 'stale' : session.inFull ? 'in full' : 'proven'}`];
  });
  return {
    addresses: state.addresses
      .flatMap((each, at) => (each.left === null ? [`${at} ${standingOf(each)}`] : []))
      .toSorted(),
    main: String(state.addresses.findIndex(({ isMain }) => isMain)),
    isAlarmed: state.alarmed,
    apps: state.authenticators.length,
    codes: Math.min(state.codes?.count ?? 0, 1),
    ways: open,
    sessions: within,
  };
}
