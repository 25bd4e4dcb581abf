import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { testAuthority } from '../../testing/certificate.ts';
import { freshDatabase } from '../../testing/database.ts';
import { startWorkers } from '../jobs/index.ts';
import { makeLog } from '../log/index.ts';
import { DELIVER, makeOutbox } from './index.ts';
import type { Email } from './message.ts';
import { gateway as gatewayTransport, smtp } from './transports.ts';

const test = await freshDatabase();
const { database, vault, clock, connection } = test;
const authority = await testAuthority();

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
  url: () => `smtp://127.0.0.1:${port}`,
  from: { name: 'Arcadia: Arrivals, Stays (and more)', address: 'portal@arcadia.example' },
} as const;
/** A gateway for text messages in this process, that answers as it is told. */
const gatewayRequests: Array<{ url: string; headers: IncomingHttpHeaders; body: string }> = [];
let gatewayAnswer: { status: number; headers?: Record<string, string> } | 'none' | 'silence' = {
  status: 202,
};
const gateway = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { url = '', headers } = request;
    gatewayRequests.push({ url, headers, body: Buffer.concat(chunks).toString() });
    if (gatewayAnswer === 'none') response.destroy();
    else if (gatewayAnswer !== 'silence')
      response
        .writeHead(gatewayAnswer.status, gatewayAnswer.headers)
        .end('{"error":"no such number +12025550142"}');
  });
}).listen(0, '127.0.0.1');
await once(gateway, 'listening');
const gatewayAddress = gateway.address();
const gatewayPort = typeof gatewayAddress === 'object' && gatewayAddress !== null ? gatewayAddress.port : 0;
afterAll(() => new Promise<void>((resolve) => void gateway.close(() => resolve())));

let authorization = 'Bearer a-secret-token';
const sms = {
  is: 'gateway',
  url: `http://127.0.0.1:${gatewayPort}/v1/messages?account=7`,
  authorization: () => authorization,
  body: '{"from":"Agency","to":["{to}"],"message":{"text":"{text}"},"urgent":true}',
} as const;
const outbox = makeOutbox({ vault, clock, mail, sms });
const message: Email = {
  is: 'email',
  to: 'josé.ñ@example.org',
  subject: 'Your code for Arcadia',
  text: 'Código: 123456\n.\nend',
  html: '<!doctype html><html><body><p>Código: <b>123456</b></p></body></html>',
};
const waiting = async () => (await database.selectFrom('outbox').select('id').execute()).map(({ id }) => id);
const send = async (changes: Partial<Email> = {}) => put({ ...message, ...changes });
const put = async (what: Parameters<typeof outbox.send>[1]) => {
  const before = new Set(await waiting());
  await database.transaction().execute((transaction) => outbox.send(transaction, what));
  return (await waiting()).find((id) => !before.has(id)) ?? '';
};

beforeEach(async () => {
  received.length = 0;
  refusing = false;
  gatewayRequests.length = 0;
  gatewayAnswer = { status: 202 };
  authorization = 'Bearer a-secret-token';
  gateway.closeAllConnections();
  await database.deleteFrom('outbox').execute();
  await connection.pool.query('delete from graphile_worker._private_jobs');
});

/** A mail server that says so much and then nothing more. */
async function hangingServer(greeting: string) {
  const sockets: Socket[] = [];
  const hanging = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write(greeting);
  }).listen(0, '127.0.0.1');
  await once(hanging, 'listening');
  const at = hanging.address();
  return {
    url: `smtp://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void hanging.close(() => resolve()));
    },
  };
}

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
    expect(raw).toContain('From: "Arcadia: Arrivals, Stays (and more)" <portal@arcadia.example>\r\n');
    expect(to).toEqual(['josé.ñ@example.org']);
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
    const worker = await startWorkers(
      connection,
      [
        {
          tasks: {
            [DELIVER.email]: async (payload) => outbox.deliver(database, (payload as { id: string }).id),
          },
        },
      ],
      makeLog('silent'),
    );
    try {
      await expect.poll(async () => (await attempts()).at(0)).toBeGreaterThan(0);
      expect(await waiting()).toEqual([id]);
      refusing = false;
      // As if the pause before the next try had passed.
      await connection.pool.query('update graphile_worker._private_jobs set run_at = now()');
      await expect.poll(waiting).toEqual([]);
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
    const careful = makeOutbox({
      vault,
      clock,
      mail: { ...mail, url: () => `smtps://127.0.0.1:${at}` },
      sms,
    });
    const id = await send();
    await expect(careful.deliver(database, id)).rejects.toThrow('a message was not taken');
    expect(taken).toEqual([]);
    expect(await waiting()).toEqual([id]);
    await new Promise<void>((resolve) => impostor.close(() => resolve()));
  });

  it.each([
    ['password', ''],
    ['access token', '&authMethod=XOAUTH2'],
  ])('goes out with the %s of the moment (ASVS 13.2.1)', async (_, method) => {
    const { certificate, key } = await authority.issue('mail.test');
    const logins: unknown[] = [];
    const careful = new SMTPServer({
      cert: certificate,
      key,
      authMethods: ['PLAIN', 'XOAUTH2'],
      onAuth: ({ username, password, accessToken, method: by }, _session, done) => {
        logins.push([by, username, password ?? accessToken]);
        done(null, { user: username });
      },
    });
    const at = await portOf(careful);
    let secret = 'first/+';
    const url = () =>
      `smtp://po%40rtico:${encodeURIComponent(secret)}@127.0.0.1:${at}/?requireTLS=true&tls.ca=${encodeURIComponent(authority.certificate)}${method}`;
    const renewed = makeOutbox({ vault, clock, mail: { ...mail, url }, sms });
    await renewed.deliver(database, await send());
    secret = 'second';
    await renewed.deliver(database, await send());
    const by = method === '' ? 'PLAIN' : 'XOAUTH2';
    expect(logins).toEqual([
      [by, 'po@rtico', 'first/+'],
      [by, 'po@rtico', 'second'],
    ]);
    await new Promise<void>((resolve) => careful.close(() => resolve()));
  });

  it.each([
    ['before it greets', ''],
    ['after it greeted', '220 mail.test\r\n'],
  ])('gives a mail server up for now that hangs %s, and tries again', async (_, greeting) => {
    const hanging = await hangingServer(greeting);
    const patient = smtp({ ...mail, url: () => hanging.url }, 50);
    const began = performance.now();
    await expect(patient(message, 'id', database)).rejects.toThrow('a message was not taken: ETIMEDOUT');
    expect(performance.now() - began).toBeLessThan(5_000);
    await smtp(mail, 10_000)(message, 'id', database);
    expect(received).toHaveLength(1);
    await hanging.close();
  });

  it('says at every try that it is the same message, so that one taken twice shows once', async () => {
    const transport = smtp(mail);
    for (const id of ['one', 'one', 'other']) await transport(message, id, database);
    const ids = received.map(({ raw }) => /^Message-ID: (.*)\r$/im.exec(raw)?.[1]);
    expect(ids).toEqual(['<one@arcadia.example>', '<one@arcadia.example>', '<other@arcadia.example>']);
  });

  it('says that it is automatic, so that no holiday note answers it', async () => {
    await smtp(mail)(message, 'id', database);
    expect(received[0]?.raw).toMatch(/^Auto-Submitted: auto-generated\r$/im);
    expect(received[0]?.raw).toMatch(/^X-Auto-Response-Suppress: All\r$/im);
  });

  it('waits while the secret of the mail server cannot be read, and says why', async () => {
    const url = () => {
      throw new Error('SMTP_URL_FILE: /run/mail is empty');
    };
    const without = makeOutbox({ vault, clock, mail: { ...mail, url }, sms });
    const id = await send();
    await expect(without.deliver(database, id)).rejects.toThrow('SMTP_URL_FILE: /run/mail is empty');
    expect(await waiting()).toEqual([id]);
  });

  it('is a mailbox in the demonstration', async () => {
    const demo = makeOutbox({ vault, clock, mail: { is: 'mailbox' }, sms: { is: 'mailbox' } });
    await demo.deliver(database, await send());
    await demo.deliver(database, await put(text));
    expect([...received, ...gatewayRequests]).toEqual([]);
    expect(
      await database
        .selectFrom('demo_mailbox')
        .select(['recipient', 'channel', 'subject', 'text'])
        .orderBy('id')
        .execute(),
    ).toEqual([
      { recipient: message.to, channel: 'email', subject: message.subject, text: message.text },
      { recipient: text.to, channel: 'sms', subject: '', text: text.text },
    ]);
  });

  it('sends no code that has expired on its way', async () => {
    const early = await send({ usefulMinutes: 10 });
    const late = await send({ usefulMinutes: 10 });
    clock.advance(599);
    await outbox.deliver(database, early);
    expect(received).toHaveLength(1);
    clock.advance(1);
    await outbox.deliver(database, late);
    expect(received).toHaveLength(1);
    expect(await waiting()).toEqual([]);
  });
});

const text = { is: 'sms', to: '+12025550142', text: 'Código: "123456"\n{to} \\ {text}' } as const;

describe('a text message', () => {
  it('goes to the gateway as its operator wants it, with nothing in the address', async () => {
    const id = await put(text);
    await outbox.deliver(database, id);
    const [{ url, headers, body } = { url: '', headers: {}, body: '' }] = gatewayRequests;
    expect(url).toBe('/v1/messages?account=7');
    expect(headers).toMatchObject({
      authorization: 'Bearer a-secret-token',
      'content-type': 'application/json',
      'idempotency-key': id,
    });
    expect(JSON.parse(body)).toEqual({
      from: 'Agency',
      to: [text.to],
      message: { text: text.text },
      urgent: true,
    });
    expect(await waiting()).toEqual([]);
    // A token that was renewed is the next message's.
    authorization = 'Bearer another-token';
    await outbox.deliver(database, await put(text));
    expect(gatewayRequests[1]?.headers.authorization).toBe('Bearer another-token');
  });

  it.each([
    ['refuses', { status: 400 }],
    ['breaks', { status: 503 }],
    ['hangs up', 'none'],
    ['sends on to elsewhere', { status: 307, headers: { location: 'http://127.0.0.1:9/' } }],
  ] as const)('waits when the gateway %s, and says nothing of the person', async (_, answer) => {
    const id = await put(text);
    gatewayAnswer = answer;
    const failure = await outbox.deliver(database, id).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Error);
    expect(`${String(failure)} ${JSON.stringify(failure)}`).not.toMatch(/2025550142|123456|secret/);
    expect(await waiting()).toEqual([id]);
    gatewayAnswer = { status: 200 };
    await outbox.deliver(database, id);
    expect(await waiting()).toEqual([]);
    // Both tries were of one message.
    expect(new Set(gatewayRequests.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([id]));
  });

  it('is given up for now when the gateway says nothing for long', async () => {
    gatewayAnswer = 'silence';
    await expect(gatewayTransport(sms, 50)(text, 'id', database)).rejects.toThrow('TimeoutError');
    expect(gatewayRequests).toHaveLength(1);
  });

  it('stays text in the gateway’s JSON, whatever is in it (ASVS 1.2.3)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (said) => {
        gatewayRequests.length = 0;
        await outbox.deliver(database, await put({ ...text, text: said }));
        const { message: sent, ...others } = JSON.parse(gatewayRequests[0]?.body ?? '{}');
        expect(sent).toEqual({ text: said.toWellFormed() });
        expect(others).toEqual({ from: 'Agency', to: [text.to], urgent: true });
      }),
      { numRuns: 30 },
    );
  });

  it('is not offered, and refused, where there is no gateway', async () => {
    const none = makeOutbox({ vault, clock, mail, sms: { is: 'none' } });
    expect([none.canSend('email'), none.canSend('sms')]).toEqual([true, false]);
    await expect(none.send(database, text)).rejects.toThrow('sms');
    expect(await waiting()).toEqual([]);
    expect(outbox.canSend('sms')).toBe(true);
  });
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
