import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { makeOutbox } from './platform/messages/index.ts';
import { testApp } from './testing/app.ts';

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
});
const { database } = app;

it('lets no text message wait while the mail server hangs', async () => {
  const outbox = makeOutbox({ ...app, ...app.config });
  const mail = { is: 'email', to: 'quill@example.org', subject: 'News', text: 'News', html: '' } as const;
  // More than are sent at a time.
  for (let n = 0; n < 8; n++) await outbox.send(database, mail);
  const worker = await app.app.startWorker();
  await expect.poll(() => sockets.length).toBeGreaterThan(3);
  await outbox.send(database, { is: 'sms', to: '+12025550142', text: 'Code' });
  const texts = () => database.selectFrom('demo_mailbox').select(['channel', 'text']).execute();
  await expect.poll(texts, { timeout: 5_000 }).toEqual([{ channel: 'sms', text: 'Code' }]);
  server.close();
  for (const socket of sockets) socket.destroy();
  await worker.stop();
});
