import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { loadAgency } from '../agency/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { startWorker } from '../jobs/index.ts';
import { makeLog } from '../log/index.ts';
import { DELIVER, layOut, type Message, makeOutbox } from './index.ts';

const test = await freshDatabase();
const { database, vault, clock, connection } = test;

/** A mail server in this process, that can be told to refuse. */
const received: Array<{ from: string; to: string[]; raw: string }> = [];
let refusing = false;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onData: (stream, { envelope }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (refusing) {
        done(new Error('not now'));
        return;
      }
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      received.push({
        from,
        to: envelope.rcptTo.map(({ address }) => address),
        raw: Buffer.concat(chunks).toString(),
      });
      done();
    });
  },
});
const portOf = (listener: SMTPServer) =>
  new Promise<number>((resolve) => {
    const listening = listener.listen(0, '127.0.0.1', () => {
      const address = listening.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
const port = await portOf(server);
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const mail = {
  is: 'smtp',
  url: `smtp://127.0.0.1:${port}`,
  from: 'Arcadia <portal@arcadia.example>',
} as const;
const outbox = makeOutbox({ vault, clock, mail });
const message: Message = {
  to: 'josé.ñ@example.org',
  subject: 'Your code for Arcadia',
  text: 'Código: 123456\n.\nend',
  html: '<!doctype html><html><body><p>Código: <b>123456</b></p></body></html>',
};
const waiting = async () => (await database.selectFrom('outbox').select('id').execute()).map(({ id }) => id);
const send = async (changes: Partial<Message> = {}) => {
  const before = new Set(await waiting());
  await database.transaction().execute((transaction) => outbox.send(transaction, { ...message, ...changes }));
  return (await waiting()).find((id) => !before.has(id)) ?? '';
};

beforeEach(async () => {
  received.length = 0;
  refusing = false;
  await database.deleteFrom('outbox').execute();
  await connection.pool.query('delete from graphile_worker._private_jobs');
});

/** The text of a part of a message, decoded. */
function part(raw: string, type: string): string {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? '';
  const found = raw.split(`--${boundary}`).find((each) => each.includes(`Content-Type: ${type}`)) ?? '';
  const [head = '', ...body] = found.split('\r\n\r\n');
  const text = body.join('\r\n\r\n').trim();
  if (/base64/i.test(head)) return Buffer.from(text, 'base64').toString();
  if (!/quoted-printable/i.test(head)) return text;
  const bytes = text
    .replaceAll('=\r\n', '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

describe('the outbox', () => {
  it('hands a message to the mail server, whole, and then forgets it', async () => {
    await outbox.deliver(database, await send());
    expect(received).toHaveLength(1);
    const [{ from, to, raw } = { from: '', to: [], raw: '' }] = received;
    expect(from).toBe('portal@arcadia.example');
    expect(to).toEqual(['josé.ñ@example.org']);
    expect(raw).toMatch(/^From: Arcadia <portal@arcadia\.example>\r$/m);
    expect(raw).toMatch(/^Subject: Your code for Arcadia\r$/m);
    expect(raw).toMatch(/^MIME-Version: 1\.0\r$/m);
    expect(part(raw, 'text/plain').replaceAll('\r\n', '\n')).toBe(message.text);
    expect(part(raw, 'text/html')).toBe(message.html);
    expect(await waiting()).toEqual([]);
  });

  it('sends once what it is asked to deliver twice', async () => {
    const id = await send();
    await outbox.deliver(database, id);
    await outbox.deliver(database, id);
    expect(received).toHaveLength(1);
  });

  it('keeps a message that the mail server refused, until it takes it (ASVS 16.5.2)', async () => {
    const id = await send();
    refusing = true;
    await expect(outbox.deliver(database, id)).rejects.toThrow('450');
    expect(await waiting()).toEqual([id]);
    expect(received).toEqual([]);
    refusing = false;
    await outbox.deliver(database, id);
    expect(received).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });

  it('says of a refusal nothing that names the person (ASVS 16.2.5)', async () => {
    refusing = true;
    const failure = await outbox.deliver(database, await send()).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toMatch(/josé|example\.org|not now/);
  });

  it('keeps nothing of a transaction that did not commit, neither message nor job (ASVS 2.3.3)', async () => {
    const failure = new Error('rolled back');
    await expect(
      database.transaction().execute(async (transaction) => {
        await outbox.send(transaction, message);
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect(await waiting()).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  it('stores no address, subject or text in clear, and none in the job', async () => {
    const id = await send();
    const row = await database
      .selectFrom('outbox')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const stored = `${row.data_key.toString()} ${row.message_sealed.toString()} ${JSON.stringify(await jobs())}`;
    for (const secret of ['example.org', 'code', '123456']) expect(stored).not.toContain(secret);
    expect(await jobs()).toEqual([{ payload: { id } }]);
  });

  it.each([
    ['subject', { subject: 'Hello\r\nBcc: victim@example.org\r\n\r\nbody' }],
    ['address', { to: 'a@example.org\r\nBcc: victim@example.org' }],
    ['address', { to: 'a@example.org\r\nRCPT TO:<victim@example.org>' }],
    ['address', { to: 'a@example.org, victim@example.org' }],
    ['address', { to: 'a <victim@example.org>' }],
  ])('lets no %s add a header or a recipient (ASVS 1.3.11)', async (_, changes) => {
    await outbox.deliver(database, await send(changes)).catch(() => undefined);
    for (const { to, raw } of received) {
      expect(to).not.toContain('victim@example.org');
      expect(raw).not.toMatch(/^Bcc:/im);
    }
  });

  it('is worked off by the worker, a refused message again and again', async () => {
    const id = await send();
    refusing = true;
    const worker = await startWorker(
      connection,
      { [DELIVER]: async (payload) => outbox.deliver(database, (payload as { id: string }).id) },
      '',
      makeLog('silent'),
    );
    try {
      await expect.poll(async () => (await attempts()).at(0), { timeout: 10_000 }).toBeGreaterThan(0);
      expect(await waiting()).toEqual([id]);
      refusing = false;
      // As if the pause before the next try had passed.
      await connection.pool.query('update graphile_worker._private_jobs set run_at = now()');
      await expect.poll(waiting, { timeout: 10_000 }).toEqual([]);
      expect(received).toHaveLength(1);
    } finally {
      await worker.stop();
    }
  });

  it('is not handed to a mail server whose certificate nobody vouches for (ASVS 12.3.2)', async () => {
    const taken: unknown[] = [];
    // It has a certificate that it signed itself.
    const impostor = new SMTPServer({
      secure: true,
      authOptional: true,
      onMailFrom: (address, _session, done) => {
        taken.push(address);
        done();
      },
    });
    impostor.on('error', () => {});
    const at = await portOf(impostor);
    const careful = makeOutbox({ vault, clock, mail: { ...mail, url: `smtps://127.0.0.1:${at}` } });
    const id = await send();
    await expect(careful.deliver(database, id)).rejects.toThrow('a message was not taken');
    expect(taken).toEqual([]);
    expect(await waiting()).toEqual([id]);
    await new Promise<void>((resolve) => impostor.close(() => resolve()));
  });

  it('is a mailbox in the demonstration', async () => {
    const demo = makeOutbox({ vault, clock, mail: { is: 'mailbox' } });
    await demo.deliver(database, await send());
    expect(received).toEqual([]);
    expect(
      await database.selectFrom('demo_mailbox').select(['recipient', 'subject', 'text']).execute(),
    ).toEqual([{ recipient: message.to, subject: message.subject, text: message.text }]);
  });
});

describe('a letter', () => {
  const root = join(import.meta.dirname, '../../..');
  const agency = loadAgency(join(root, 'agencies/arcadia'));
  const languages = loadLanguages(join(root, 'locales'), agency.languages, agency.timeZone);
  const publicUrl = new URL('https://portal.arcadia.example');

  it.each(languages.all)(
    'says the same as text and as HTML, with how to tell it from a scam ($language)',
    (words) => {
      const letter = layOut(
        {
          to: 'a@example.org',
          subject: 'Your code',
          paragraphs: ['One & <two>'],
          code: '012345',
          link: { text: 'Sign in', href: 'https://portal.arcadia.example/sign-in?a=1&b=2' },
        },
        { words, agency, publicUrl },
      );
      expect(letter.text).toContain('\n\n    012345\n\n');
      expect(letter.text).toContain('One & <two>');
      expect(letter.html).toContain('One &amp; &lt;two>');
      expect(letter.html).toContain('href="https://portal.arcadia.example/sign-in?a=1&amp;b=2"');
      expect(letter.html).toContain('012345');
      for (const body of [letter.text, letter.html]) {
        expect(body).toContain('portal.arcadia.example');
        expect(body).toContain('Arcadia');
      }
      expect(letter.html).toMatch(new RegExp(`^<!doctype html><html lang="${words.language}"`));
      expect(letter.html).not.toMatch(/<script|<img|src=/);
    },
  );
});

async function jobs(): Promise<unknown[]> {
  return (await connection.pool.query('select payload from graphile_worker._private_jobs')).rows;
}
async function attempts(): Promise<number[]> {
  const { rows } = await connection.pool.query<{ attempts: number }>(
    'select attempts from graphile_worker._private_jobs',
  );
  return rows.map((row) => row.attempts);
}
