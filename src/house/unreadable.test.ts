import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';
import { sendRaw } from '../testing/raw.ts';

const { server, visit } = await testApp();
const port = Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);
const long = 'x'.repeat(20_000);

/** An answer in its parts; its length as said and as it is. */
function read(answer: string) {
  const [head = '', body = ''] = answer.split(/\r\n\r\n(.*)/s);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Map(lines.map((line) => [line.split(': ')[0], line.split(': ').slice(1).join(': ')]));
  return { status: Number(first.split(' ')[1]), first, headers, body };
}

describe('what is refused before it is a request', () => {
  it.each([
    ['a path that is too long', 431, `GET /${long} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a header that is too long', 431, `GET / HTTP/1.1\r\nHost: x\r\nCookie: a=${long}\r\n\r\n`],
    [
      'headers that are too many',
      431,
      `GET / HTTP/1.1\r\nHost: x\r\n${'X-Some-Header: y\r\n'.repeat(2000)}\r\n`,
    ],
    ['what is no request', 400, 'EHLO portico.example\r\n\r\n'],
    ['a header that is none', 400, 'GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n'],
    [
      'two lengths of a body',
      400,
      'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'a piece of a body that is none',
      400,
      'POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n',
    ],
  ])(
    'gets a page with every header of a page, and is hung up on (ASVS 16.5.1): %s',
    async (_, expected, request) => {
      const { status, headers, body } = read(await sendRaw(port, request));
      expect(status).toBe(expected);
      expect(body).toContain('<html lang="en"');
      expect(body).toContain(`portico-error-page__status">${expected}<`);
      expect(headers.get('content-length')).toBe(String(body.length));
      expect(headers.get('connection')).toBe('close');
      expect(headers.has('set-cookie')).toBe(false);
      const page = await server.inject({ url: '/no-such-page' });
      for (const name of [
        'cache-control',
        'content-security-policy',
        'content-type',
        'permissions-policy',
        'x-frame-options',
      ])
        expect([name, headers.get(name)]).toEqual([name, page.headers[name]]);
    },
  );

  it('gets its page also while it goes on sending', async () => {
    const answer = await sendRaw(port, `GET /${long}`, ...Array.from({ length: 50 }, () => long));
    expect(read(answer).status).toBe(431);
    expect(answer).toMatch(/<\/html>$/);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('is a request that takes too long to arrive', async () => {
    const arrives = once(server.server, 'connection');
    const answer = sendRaw(port, 'GET / HTTP/1.1\r\nHost: ');
    const [socket] = (await arrives) as [Socket];
    // What Node does after a minute.
    const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    server.server.emit('clientError', late, socket);
    const { status, body } = read(await answer);
    expect(status).toBe(408);
    expect(body).toContain('took too long');
  });

  it('is not written into an answer that has begun', async () => {
    const arrives = once(server.server, 'connection');
    const client = connect(port, '127.0.0.1');
    let answer = '';
    client.on('data', (chunk) => {
      answer += String(chunk);
    });
    const closed = once(client, 'close');
    const [socket] = (await arrives) as [Socket];
    server.server.once('request', (_request, response) => {
      response.flushHeaders();
      server.server.emit('clientError', new Error('bad'), socket);
    });
    client.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
    await closed;
    expect(answer.match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThan(2);
    expect(answer).not.toContain('html');
  });

  it('leaves the server as it was', async () => {
    expect((await visit().get('/sign-in')).statusCode).toBe(200);
    const closed = await sendRaw(port, 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(read(closed).status).toBe(200);
  });
});

describe('a request whose end can be read in two ways', () => {
  const head = 'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n';
  const hidden = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

  it.each([
    [
      'a length and chunks',
      `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    ['two lengths', `${head}Content-Length: 0\r\nContent-Length: ${hidden.length}\r\n\r\n${hidden}`],
    ['chunks by another name', `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`],
    ['a length that is no number', `${head}Content-Length: +4\r\n\r\na=1&${hidden}`],
  ])('is refused, and what hides behind it is not answered: %s (ASVS 4.2.1)', async (_, text) => {
    const answer = await sendRaw(port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});
