import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeEach } from 'vitest';
import { type AccountId, createAccount } from '../identity/core/accounts/index.ts';
import { makePhones, parsePhone } from '../identity/core/phones/index.ts';
import { makeReach } from '../identity/core/reach/index.ts';
import { readPolicy } from '../identity/index.ts';
import { loadAgency } from '../platform/agency/index.ts';
import { HOUR } from '../platform/clock/index.ts';
import type { DataKey } from '../platform/crypto/index.ts';
import { loadLanguages } from '../platform/i18n/index.ts';
import { makeLog } from '../platform/log/index.ts';
import { makeMailer, makeOutbox } from '../platform/messages/index.ts';
import { makeStreams } from '../platform/stream/index.ts';
import { makeAlerts } from '../records/alerts/index.ts';
import { linkCase } from '../records/cases/index.ts';
import { type ChangeSource, changing, type NewsKind, type Noted } from '../records/changes/index.ts';
import { bareCase } from './bare-case.ts';
import { freshDatabase } from './database.ts';
import { PERSON } from './identity.ts';

const root = join(import.meta.dirname, '../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);

/** A message that came to the mail server. */
export type Mail = { readonly to: string; readonly id: string; readonly raw: string };

export type Someone = {
  readonly id: AccountId;
  readonly key: DataKey;
  readonly email: string;
  readonly receipt: string;
};

/** Alerts with all that they need: a mail server, a worker that does what it is told, and people with a case each. */
export async function testAlerts() {
  const { database, connection, vault, clock } = await freshDatabase();
  const policy = readPolicy({ profile: 'standard' });
  const log = makeLog('silent');

  // A mail server in this process, that can be told to refuse.
  const received: Mail[] = [];
  let refusing = false;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (refusing) return done(new Error('not now'));
        const raw = Buffer.concat(chunks).toString();
        const id = /^Message-ID: (<.*>)/im.exec(raw)?.[1] ?? '';
        received.push({ to: envelope.rcptTo[0]?.address ?? '', id, raw });
        done();
      });
    },
  });
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const outbox = makeOutbox({
    vault,
    clock,
    mail: {
      is: 'smtp',
      url: () => `smtp://127.0.0.1:${port}`,
      from: { name: '', address: 'portal@arcadia.example' },
    },
    sms: { is: 'mailbox' },
  });
  const publicUrl = new URL('https://portal.arcadia.example');
  const mailer = makeMailer({ outbox, languages, agency, publicUrl, clock });
  const phones = makePhones({ vault, clock, policy: policy.phones });
  const parts = {
    database,
    vault,
    clock,
    mailer,
    reach: makeReach({ vault, clock, policy, phones }, agency.timeZone),
    log,
  };
  const alerts = makeAlerts(parts);
  const streams = makeStreams({ connection, log, readings: alerts.floor.readings ?? [] });

  const tell = (of = alerts) => of.floor.jobs?.['tell-of-changes']?.('', new AbortController().signal);
  /** Does all that is to be done now, as workers would; what the mail server refuses stays. */
  async function work(): Promise<void> {
    await streams.read();
    await tell();
    const waiting = await database.selectFrom('outbox').select('id').orderBy('id').execute();
    for (const { id } of waiting) await outbox.deliver(database, id).catch(() => {});
  }
  const texts = () =>
    database.selectFrom('demo_mailbox').select(['recipient', 'text']).orderBy('id').execute();

  const away = (milliseconds: number) => new Date(clock.now().getTime() + milliseconds);

  let count = 0;
  /** Somebody who added a case a while ago. */
  async function someone(): Promise<Someone> {
    count += 1;
    const own = count;
    const email = `person${own}@example.org`;
    const account = await createAccount(database, parts, {
      person: PERSON,
      email,
      language: 'en',
      passwordHash: 'none',
    });
    if (account === null) throw new Error('taken');
    const receipt = `ARC${String(own).padStart(10, '0')}`;
    await bareCase(database, clock, receipt);
    await linkCase(database, { accountId: account.id, receipt, how: 'claimed', at: away(-HOUR) });
    return { ...account, email, receipt };
  }
  async function withPhone(person: Someone): Promise<void> {
    const parsed = parsePhone('+12025550142');
    if (parsed.is !== 'number') throw new Error(parsed.is);
    const added = await phones.add(database, { accountId: person.id, key: person.key }, parsed.number);
    if (added.is === 'added') await phones.verify(database, person.id, added.id);
  }
  /** A change of any kind that is news to somebody. */
  function noted(kind: NewsKind, { id, receipt }: Someone, ref: string): Noted {
    const what = { ref, receipt, at: clock.now() };
    switch (kind) {
      case 'paper-copy-sent':
      case 'paper-copy-refused':
      case 'contact-acknowledged':
        return { kind, ...what, accountId: id };
      default:
        return { kind, ...what };
    }
  }
  const happen = (
    { receipt }: Someone,
    kind: 'case-moved' | 'document-issued' | 'evidence-requested' = 'case-moved',
    { at = clock.now(), source = 'feed' as ChangeSource, ref = 'x' } = {},
  ) => changing(database, clock, source, async (_, note) => note({ kind, receipt, ref, at }));

  beforeEach(async () => {
    refusing = false;
    await work();
    // Whoever was there before is told nothing more.
    await database.updateTable('alert_turn').set({ due_at: null }).execute();
    await database.deleteFrom('demo_mailbox').execute();
    received.length = 0;
  });

  return {
    alerts,
    away,
    clock,
    database,
    happen,
    mailer,
    noted,
    parts,
    received,
    /** Has the mail server refuse all that comes, or take it again. */
    refuse: (refuses: boolean) => {
      refusing = refuses;
    },
    someone,
    streams,
    tell,
    texts,
    withPhone,
    work,
  };
}
