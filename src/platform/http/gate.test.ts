import fastify from 'fastify';
import { expect, it } from 'vitest';
import { makeGate } from './gate.ts';

it('lets in so many at a time, refuses the rest at once, and opens again (ASVS 15.2.2)', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const app = fastify();
  app.get('/', makeGate(3), async () => {
    await opened;
    return 'in';
  });
  const first = Array.from({ length: 3 }, () => app.inject('/'));
  // Begun before the fourth is asked for: inject starts a request when it is awaited.
  const started = first.map((reply) => reply.then((answer) => answer.statusCode));
  const fourth = await app.inject('/');
  expect(fourth.statusCode).toBe(503);
  open();
  expect(await Promise.all(started)).toEqual([200, 200, 200]);
  expect((await app.inject('/')).statusCode).toBe(200);
  await app.close();
});
