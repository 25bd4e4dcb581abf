import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { createAccount } from '../../identity/core/accounts/index.ts';
import { addAddress } from '../../identity/core/addresses/index.ts';
import { makeNotices, type Notices } from '../../identity/core/notices/index.ts';
import { makePhones } from '../../identity/core/phones/index.ts';
import { bindApp, newAppSecret } from '../../identity/credentials/authenticator-app/index.ts';
import {
  acknowledge,
  newBackupCodes,
  storeBackupCodes,
} from '../../identity/credentials/backup-codes/index.ts';
import { normalPassword, passwordRules } from '../../identity/credentials/passwords/index.ts';
import { type IdentityParts, makeIdentity, readPolicy, SECOND_STEPS } from '../../identity/index.ts';
import { loadAgency } from '../../platform/agency/index.ts';
import { loadLanguages } from '../../platform/i18n/index.ts';
import { makeMailer } from '../../platform/messages/index.ts';
import { freshDatabase } from '../../testing/database.ts';
import { testHasher } from '../../testing/hashing.ts';
import { PERSON, SITE } from '../../testing/identity.ts';
import { BOUNDS, type Move, NEW, play, type State, standingOf } from './model.ts';
import { type Account, type Mail, makePlayed, viewOf, type World } from './played.ts';
import { movesOfAll, say } from './search.ts';
import { accountOf, type Holdings, openingOf, STARTS, type Start, sayStart } from './starts.ts';

/** More than one sends in an hour or a day: how many messages there are is not part of the game. */
const MANY = { sentPerHour: 9_999, sentPerDay: 9_999, inAllPerHour: 9_999, inAllPerDay: 9_999 };

async function makeWorld(): Promise<World & { readonly parts: IdentityParts }> {
  const { database, vault, clock } = await freshDatabase();
  const root = join(import.meta.dirname, '../../..');
  const agency = loadAgency(join(root, 'agencies/arcadia'));
  const languages = loadLanguages(join(root, 'locales'), agency);
  const policy = readPolicy({ profile: 'standard', code: MANY });
  const phones = makePhones({ vault, clock, policy: policy.phones });
  const mails: Mail[] = [];
  const proofs = new Map<string, string>();
  let recovery: string | null = null;
  const publicUrl = new URL(SITE);
  const outbox = { canSend: () => false, send: async () => {}, waiting: async () => new Set<string>() };
  const mailer = makeMailer({ outbox, languages, agency, publicUrl, clock });
  const notices = makeNotices({
    mailer: {
      ...mailer,
      letter: (connection, reader, write) =>
        mailer.letter(connection, reader, (words, sender) => {
          const letter = write(words, sender);
          const query = letter.aside === undefined ? null : new URL(letter.aside.link.href).searchParams;
          const token = query?.get('token') ?? query?.get('link') ?? null;
          mails.push({ to: reader.to, token, recovery: query?.has('link') ? recovery : null });
          return letter;
        }),
    },
    secondSteps: SECOND_STEPS,
    vault,
    clock,
    phones,
    policy,
  });
  const told: Notices = {
    send: async (transaction, accountId, notice) => {
      recovery = 'recovery' in notice ? notice.recovery : null;
      await notices.send(transaction, accountId, notice);
    },
  };
  const parts: IdentityParts = {
    database,
    vault,
    clock,
    hasher: testHasher({ peppers: vault.peppers }),
    policy,
    passwords: passwordRules(policy, ['Arcadia']),
    phones,
    notices: told,
    messages: {
      signUp: { code: async () => {}, alreadyRegistered: async () => {}, pass: async () => {} },
      emails: {
        code: async (_, to, _language, code) => void proofs.set(to, code),
        belongsToAnother: async () => {},
      },
      recovery: {
        link: async (_, to, _language, { token }) => void proofs.set(to, token),
        code: async (_, to, _language, { code }) => void proofs.set(to, code),
        pass: async () => {},
      },
      texts: { codeText: async () => {} },
    },
    publicUrl,
    agencyIn: () => 'Arcadia',
    timeZone: 'America/New_York',
    phoneCountry: 'US',
    offersSms: false,
    otherData: () => [],
    shutOthers: async () => {},
    restsOnPerson: () => sql<boolean>`false`,
  };
  return { identity: await makeIdentity(parts), database, clock, mails, proofs, parts };
}

const world = await makeWorld();

async function makeAccount(holdings: Holdings): Promise<Account> {
  const { identity, database, clock, parts } = world;
  const { vault, hasher } = parts;
  const [first = '', ...more] = holdings.mailboxes.map(() => `${randomUUID()}@example.org`);
  const password = 'kettle-orbit-94-willow';
  const username = `p${randomUUID()}`;
  const made = await createAccount(
    database,
    { vault, clock },
    {
      person: PERSON,
      email: first,
      username,
      language: 'en',
      passwordHash: await hasher.hash(normalPassword(password)),
    },
  );
  if (made === null) throw new Error('taken');
  const { id, key } = made;
  for (const email of more)
    await addAddress(database, { vault }, id, {
      id: randomUUID(),
      email,
      verifiedAt: clock.now(),
      returnedAt: null,
    });
  const secrets = holdings.apps.filter((holder) => holder !== 'nobody').map(() => newAppSecret());
  for (const secret of secrets) await bindApp(database, clock, { accountId: id, key, secret, step: null });
  const set = await newBackupCodes(hasher);
  const hasCodes = holdings.codes !== 'nobody';
  if (hasCodes) await storeBackupCodes(database, clock, id, key, set);
  await acknowledge(database, clock, id);
  clock.advance(120);
  // A message of before, with a link.
  await database
    .transaction()
    .execute((transaction) => parts.notices.send(transaction, id, { is: 'username-changed', username }));
  const { session } = holdings;
  const how = session && { proven: session.fresh, withoutPassword: !session.inFull, deviceId: null };
  const token = how && (await identity.sessions.begin(database, id, how));
  return {
    id,
    username,
    emails: [first, ...more],
    password,
    secrets,
    codes: hasCodes ? set.codes : [],
    session: token,
  };
}

/** Ten codes are as good as no end of them in one game. */
const withPaper = (state: State): State => ({
  ...state,
  codes: state.codes && { ...state.codes, count: 3 },
  replaced: state.replaced && { ...state.replaced, count: 3 },
});
const bounds = { ...BOUNDS, addresses: 4 };

/** Moves that the model refuses now, and that the product has to refuse as well. */
function refused(state: State, allowed: readonly Move[]): Move[] {
  const { addresses, ways, sessions } = state;
  const tried: Move[] = (['owner', 'other'] as const).flatMap((who): Move[] => [
    ...(sessions[who] === null ? [] : [{ is: 'end-alarm' as const, who }]),
    ...addresses.flatMap((each, address): Move[] => {
      const isReader = each.readers === who || each.readers === 'both';
      return [
        ...(isReader ? [{ is: 'raise-by-link' as const, who, address }] : []),
        ...(each.left === null && !each.isMain ? [{ is: 'remove-address' as const, who, address }] : []),
        ...(each.left === null && !each.isMain ? [{ is: 'make-main' as const, who, address }] : []),
      ];
    }),
    ...state.authenticators.map((_, app): Move => ({ is: 'remove-app', who, app })),
    ...ways.flatMap((way, at): Move[] =>
      way.who === who
        ? [{ is: 'complete', who, way: at }]
        : [
            { is: 'stop-by-link', who, way: at },
            ...(allowed.some((move) => move.is === 'stop-by-link' && move.who === who)
              ? []
              : [{ is: 'stop' as const, who, way: at }]),
          ],
    ),
  ]);
  const has = (move: Move) => allowed.some((each) => JSON.stringify(each) === JSON.stringify(move));
  // The end of an alarm that is none does nothing.
  return tried.filter((move) => !has(move) && (move.is !== 'end-alarm' || state.alarmed));
}

/** A main address that the model and the product chose differently of equals is the product's. */
function withMainOf(state: State, main: number): State {
  const [at, own] = [state.addresses[main], state.addresses.find(({ isMain }) => isMain)];
  if (at === undefined || own === undefined || at.isMain || standingOf(at) !== standingOf(own)) return state;
  return { ...state, addresses: state.addresses.map((each, index) => ({ ...each, isMain: index === main })) };
}

/** Kinds of moves that are seldom possible. */
const RARE: ReadonlySet<Move['is']> = new Set(['stop', 'end-alarm', 'complete', 'stop-by-link', 'step-up']);

/** One of some moves, of which each kind is as likely as another, and those that are seldom possible more. */
function choose(moves: readonly Move[], choice: number): Move | undefined {
  const kinds = [...new Set(moves.map(({ is }) => is))].flatMap((is) =>
    RARE.has(is) ? [is, is, is, is] : [is],
  );
  const kind = kinds[choice % kinds.length];
  const alike = moves.filter(({ is }) => is === kind);
  return alike[Math.floor(choice / kinds.length) % alike.length];
}

async function playBoth(
  start: Start,
  choices: readonly number[],
  first: readonly Move[] = [],
): Promise<void> {
  const opening = openingOf(NEW, start);
  if (opening === null) return;
  const played = makePlayed(world, await makeAccount(start.holdings));
  let state = withPaper(accountOf(start.holdings));
  const trace: Move[] = [];
  const both = async (move: Move, isAllowed: boolean) => {
    trace.push(move);
    const said = `${sayStart(start)} | ${say(trace)}`;
    const step = isAllowed ? play(NEW, state, move) : { state, events: [] };
    const next = withPaper(step.state);
    const letters = world.mails.length;
    expect(await played.make(move, state, next), `${said}: is it done`).toBe(isAllowed);
    const view = await played.look();
    state = withMainOf(next, Number(view.main));
    expect(view, said).toEqual(viewOf(state));
    const heard = new Set(world.mails.slice(letters).map(({ to }) => to));
    for (const event of step.events)
      if (event.is === 'evicted' || event.is === 'held')
        expect([...heard], `${said}: who hears`).toEqual(
          expect.arrayContaining(event.told.map(played.emailOf)),
        );
  };
  for (const move of [...opening, ...first]) await both(move, true);
  for (const choice of choices) {
    const allowed = movesOfAll(NEW, state, bounds).filter(({ is }) => is !== 'fail-second-step');
    const against = refused(state, allowed);
    const isAllowed = choice % 4 !== 0 || against.length === 0;
    const move = choose(isAllowed ? allowed : against, Math.floor(choice / 4));
    if (move !== undefined) await both(move, isAllowed);
  }
}

const TOOK_MAIL: Start = {
  holdings: {
    mailboxes: ['owner'],
    password: 'owner',
    apps: ['owner'],
    codes: 'both',
    session: { fresh: true, inFull: true },
  },
  opening: 'other-took-mail',
};

it.each([
  [
    'a hold behind the alarm that rests on what is not settled, and its session ends the alarm',
    [
      { is: 'sign-in', who: 'owner' },
      { is: 'raise', who: 'owner' },
      { is: 'begin', who: 'other', lost: 'both', address: 1 },
      { is: 'sign-in', who: 'owner' },
      { is: 'stop', who: 'owner', way: 0 },
      { is: 'end-alarm', who: 'owner' },
    ],
  ],
  [
    'a hold by the link that an address gets as it comes back, whose reader is then back by a hold',
    [
      { is: 'raise-by-link', who: 'other', address: 1 },
      { is: 'begin', who: 'other', lost: 'both', address: 1 },
      { is: 'raise-by-link', who: 'owner', address: 0 },
      { is: 'stop-by-link', who: 'owner', way: 0 },
      { is: 'begin', who: 'owner', lost: 'password', address: 0 },
      { is: 'wait', hours: 72 },
      { is: 'complete', who: 'owner', way: 0 },
    ],
  ],
] as const)('the product lets an owner stop %s', async (_, moves) => {
  await playBoth(TOOK_MAIL, [], moves);
});

it('the product does what the model of two people says, move by move', async () => {
  const games = Number(process.env['PORTICO_GAMES'] ?? 60);
  const starts = STARTS.filter((start) => openingOf(NEW, start) !== null);
  await fc.assert(
    fc.asyncProperty(
      fc.noBias(fc.nat(starts.length - 1)),
      fc.array(fc.noBias(fc.nat()), { minLength: 3, maxLength: 16, size: 'max' }),
      async (which, choices) => {
        const start = starts[which];
        if (start !== undefined) await playBoth(start, choices);
      },
    ),
    { numRuns: games },
  );
}, 900_000);
