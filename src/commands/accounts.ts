import { join } from 'node:path';
import { asAccountId } from '../identity/core/accounts/index.ts';
import type { Operator } from '../identity/core/operators/index.ts';
import { type Identity, identityFloor } from '../identity/index.ts';
import { systemClock } from '../platform/clock/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { type Foundation, openFoundation } from '../platform/foundation/index.ts';
import { makeHasher } from '../platform/hashing/index.ts';
import { makeMailer, makeOutbox } from '../platform/messages/index.ts';
import { accountsOf, makeCases, receiptNumbers } from '../records/cases/index.ts';
import { releaseCase } from '../records/claims/index.ts';
import { type Asked, type Corrections, readArguments } from './accounts/arguments.ts';
import { readOperator, thisCaller } from './accounts/operator.ts';

const USAGE = `What an operator can do for a person (docs/operators.md). Each use is an event of the account.

  npm run --silent accounts -- find EMAIL-OR-USERNAME-OR-RECEIPT   ids, and what tells people apart
  npm run --silent accounts -- show ID                             one account
  npm run accounts -- restore ID                                   lets somebody back in who lost everything:
                                                                   one operator asks, another one approves
  npm run accounts -- correct ID [--name NAME] [--born YYYY-MM-DD] [--country XX]
  npm run accounts -- release-case RECEIPT                         takes a case out of its account

  --as NAME   who you are, where several operators share a login; what takes two operators takes two logins`;

type Desk = {
  readonly foundation: Foundation;
  readonly identity: Identity;
  readonly operator: Operator;
};

const say = (line: string) => console.log(line);
const refuse = (line: string) => {
  console.error(line);
  return 1;
};

/** As JSON in which nothing moves the terminal or turns the order of letters around. */
const json = (value: unknown, indent?: number) =>
  JSON.stringify(value, null, indent).replaceAll(
    /[^\P{C}\n]/gu,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
const inWords = (at: Date) =>
  at
    .toISOString()
    .replace(/:\d\d\.\d+Z$/, ' UTC')
    .replace('T', ' ');

const NOBODY = 'There is no account of that id.';

async function find({ foundation, identity, operator }: Desk, what: string): Promise<number> {
  const { agency, database } = foundation;
  const receipt = receiptNumbers(agency.receipt).read(what);
  const ids = receipt === null ? [] : await accountsOf(database, receipt);
  const found = await identity.assistance.find(what, ids, operator);
  if (found.length === 0) return refuse('No account has that email or username, or that case.');
  for (const brief of found) say(json(brief));
  return 0;
}

async function show({ foundation, identity, operator }: Desk, what: string): Promise<number> {
  const id = asAccountId.safeParse(what);
  const shown = id.success ? await identity.assistance.show(id.data, operator) : null;
  if (shown === null) return refuse(NOBODY);
  const { database, vault } = foundation;
  const cases = await makeCases({ database, vault }).casesOf(shown.id);
  const restoration = await identity.recovery.restoration(shown.id);
  say(
    json(
      { ...shown, restoration, cases: cases.map(({ receipt, form, status }) => ({ receipt, form, status })) },
      2,
    ),
  );
  return 0;
}

async function restore({ identity, operator }: Desk, what: string): Promise<number> {
  const id = asAccountId.safeParse(what);
  if (!id.success) return refuse(NOBODY);
  const result = await identity.recovery.restore(id.data, operator);
  switch (result.is) {
    case 'unknown':
      return refuse(NOBODY);
    case 'alarmed':
      return refuse(
        `Whoever reads an address of this account said “This wasn’t me”. Until ${inWords(result.until)} they can come back by themselves, so nobody else is let in.`,
      );
    case 'corrected':
      return refuse(
        `An operator corrected the name or birth of this account lately, so papers cannot be compared with it. Ask from ${inWords(result.until)} on.`,
      );
    case 'own-request':
      return refuse(
        `You asked for it yourself. Another operator has to approve it until ${inWords(result.until)}.`,
      );
    case 'own-login':
      return refuse(
        `It was asked for from this login, under another name. Another operator has to approve it from a login of their own until ${inWords(result.until)} (docs/operators.md).`,
      );
    case 'asked':
      say(
        `Asked for. Another operator checks the papers and gives the same command until ${inWords(result.until)}.`,
      );
      return 0;
    case 'begun':
      say(`The wait has begun, and every address of the account is told. Give the person this code, and nobody else:

  ${result.code}

They enter it at ${identity.publicUrl.origin}/recover/go-on, and finish there from ${inWords(result.until)} on.`);
      return 0;
  }
}

const OPTIONS = { fullName: '--name', born: '--born', birthCountry: '--country' } as const;

async function correct(
  { identity, operator }: Desk,
  what: string,
  { name, born, country }: Corrections,
): Promise<number> {
  const id = asAccountId.safeParse(what);
  if (!id.success) return refuse(NOBODY);
  const changes = { fullName: name, born, birthCountry: country };
  const result = await identity.assistance.correct(id.data, changes, operator);
  switch (result.is) {
    case 'unknown':
      return refuse(NOBODY);
    case 'faults':
      throw new Error(
        `${result.of.map((field) => OPTIONS[field]).join(', ')} cannot be so: a name as the papers have it, a date such as 1988-02-29, a country such as PL`,
      );
    case 'unchanged':
      say('It says that already.');
      return 0;
    case 'corrected':
      say('Corrected. Every address of the account is told.');
      return 0;
  }
}

async function release({ foundation, identity, operator }: Desk, what: string): Promise<number> {
  const { agency, database } = foundation;
  const { assistance } = identity;
  const receipt = receiptNumbers(agency.receipt).read(what) ?? what;
  const had = await releaseCase({ database, clock: systemClock }, receipt, {
    tell: (transaction, accountId) => assistance.tellOfRelease(transaction, accountId),
    record: (transaction, accountId) => assistance.recordRelease(transaction, accountId, operator),
  });
  if (had === 0) return refuse('No account has that case.');
  say('The case is nobody’s now, and its access code is void. Send a new one to its person (docs/feed.md).');
  return 0;
}

function act(desk: Desk, asked: Asked): Promise<number> {
  switch (asked.is) {
    case 'find':
      return find(desk, asked.what);
    case 'show':
      return show(desk, asked.what);
    case 'restore':
      return restore(desk, asked.what);
    case 'correct':
      return correct(desk, asked.what, asked.corrections);
    case 'release-case':
      return release(desk, asked.what);
  }
}

/** Exit code: 0 done, 1 there is nobody or nothing of that name or it is refused, 2 it could not be done. */
async function run(args: readonly string[]): Promise<number> {
  const read = readArguments(args);
  if (read === null) {
    console.error(USAGE);
    return 2;
  }
  const operator = readOperator(read.as, thisCaller());
  const result = readConfig(process.env, join(import.meta.dirname, '../..'));
  if (result.is === 'faults') throw new Error(result.faults.join('\n'));
  const { config } = result;
  const foundation = await openFoundation(config, 'command');
  try {
    const { agency, languages, vault } = foundation;
    const clock = systemClock;
    const outbox = makeOutbox({ vault, clock, mail: config.mail, sms: config.sms });
    const floor = await identityFloor({
      config,
      foundation,
      hasher: makeHasher({ peppers: vault.peppers }),
      clock,
      mailer: makeMailer({ outbox, languages, agency, publicUrl: config.publicUrl, clock }),
      others: () => [],
      asides: {},
    });
    try {
      return await act({ foundation, identity: floor.identity, operator }, read.asked);
    } finally {
      await floor.close?.();
    }
  } finally {
    await foundation.close();
  }
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
