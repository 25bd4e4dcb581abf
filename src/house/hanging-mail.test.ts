import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { v7 as uuid } from 'uuid';
import { afterAll, describe, expect, it } from 'vitest';
import { addJob } from '../platform/jobs/index.ts';
import { makeOutbox } from '../platform/messages/index.ts';
import { testApp } from '../testing/app.ts';

/** A mail server that greets and then says nothing more. */
const sockets: Socket[] = [];
const server = createServer((socket) => {
  sockets.push(socket);
  socket.on('error', () => {});
  socket.write('220 mail.test\r\n');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const at = server.address();
const port = typeof at === 'object' && at !== null ? at.port : 0;

const app = await testApp({
  environment: {
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    PORTICO_DEMO: 'true',
  },
  people: true,
});
const { database, clock } = app;
const outbox = makeOutbox({ ...app, ...app.config });
const mail = { is: 'email', to: 'quill@example.org', subject: 'News', text: 'News', html: '' } as const;
// More than are sent at a time.
for (let n = 0; n < 8; n++) await outbox.send(database, mail);
const worker = await app.app.startWorker();
const full = () => expect.poll(() => sockets.length).toBeGreaterThan(3);
afterAll(async () => {
  server.close();
  for (const socket of sockets) socket.destroy();
  await worker.stop();
});

describe('a mail server that hangs', () => {
  it('lets no text message wait', async () => {
    await full();
    await outbox.send(database, { is: 'sms', to: '+12025550142', text: 'Code' });
    const texts = () => database.selectFrom('demo_mailbox').select(['channel', 'text']).execute();
    await expect.poll(texts, { timeout: 5_000 }).toEqual([{ channel: 'sms', text: 'Code' }]);
  });

  it('lets no other job wait', async ({ annotate }) => {
    await full();
    const id = uuid();
    const { id: account_id } = await database.selectFrom('account').select('id').executeTakeFirstOrThrow();
    await database.insertInto('data_export').values({ id, account_id, asked_at: clock.now() }).execute();
    const began = performance.now();
    await addJob(database, 'prepare-data-export', { id });
    const prepared = () =>
      database.selectFrom('data_export').select('ready_at').where('id', '=', id).executeTakeFirst();
    await expect.poll(prepared, { interval: 5, timeout: 8_000 }).toEqual({ ready_at: clock.now() });
    await annotate(`${Math.round(performance.now() - began)} ms`);
  });

  it('holds four mails at a time, and no more', () => {
    expect(sockets.filter((socket) => !socket.destroyed).length).toBeLessThan(5);
  });
});
