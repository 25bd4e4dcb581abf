import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { parse } from 'content-disposition';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { downloadHeaders } from './index.ts';

const disposition = (name: string, show = false) =>
  downloadHeaders({ name, type: 'application/pdf', show })['content-disposition'] ?? '';
/** Both names of a header, as a reader of today and an old one take them. */
const names = (name: string) => {
  const header = disposition(name);
  return [parse(header).parameters['filename'], parse(header, { extended: false }).parameters['filename']];
};

const server = createServer((request, response) => {
  const name = decodeURIComponent((request.url ?? '').slice(1));
  response.writeHead(200, downloadHeaders({ name, type: 'application/pdf' })).end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());
async function over(name: string): Promise<IncomingMessage> {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const [response] = await once(
    get({ port, host: '127.0.0.1', path: `/${encodeURIComponent(name)}` }),
    'response',
  );
  response.resume();
  return response;
}

describe('the headers of a download', () => {
  it('say what it is, and that it is kept and not shown unless that was asked for', () => {
    expect(downloadHeaders({ name: 'a.pdf', type: 'application/pdf', size: 5 })).toEqual({
      'content-type': 'application/pdf',
      'content-disposition': 'attachment; filename=a.pdf',
      'content-length': '5',
      'x-content-type-options': 'nosniff',
    });
    expect(disposition('a.pdf', true)).toBe('inline; filename=a.pdf');
  });

  it.each([
    ['résumé.pdf', 'résumé.pdf', 'resume.pdf'],
    ['паспорт.pdf', 'паспорт.pdf', 'document.pdf'],
    ['護照.pdf', '護照.pdf', 'document.pdf'],
    ['جواز سفر.pdf', 'جواز سفر.pdf', 'document.pdf'],
    ['📄 scan 1.png', '📄 scan 1.png', 'scan 1.png'],
    ['2019–2024.pdf', '2019–2024.pdf', '2019-2024.pdf'],
    ['100% sure.pdf', '100% sure.pdf', '100_ sure.pdf'],
    ['%41.pdf', '%41.pdf', '41.pdf'],
    ['my "own" file.pdf', 'my _own_ file.pdf', 'my _own_ file.pdf'],
    ['a\\b.pdf', 'a b.pdf', 'a b.pdf'],
    ['CON', '_CON', '_CON'],
    ['nul.pdf', '_nul.pdf', '_nul.pdf'],
    ['LPT9.tar.gz', '_LPT9.tar.gz', '_LPT9.tar.gz'],
    ['còn.pdf', 'còn.pdf', '_con.pdf'],
    ['Console.pdf', 'Console.pdf', 'Console.pdf'],
    ['../../etc/passwd', 'etc passwd', 'etc passwd'],
    ['.htaccess', 'htaccess', 'htaccess'],
    ['C:\\scans\\1.pdf', 'C_ scans 1.pdf', 'C_ scans 1.pdf'],
    ['a\r\nset-cookie: b=c.pdf', 'a set-cookie_ b=c.pdf', 'a set-cookie_ b=c.pdf'],
    // A mark that turns the direction would show this as "annexe.pdf".
    ['ann\u202efdp.exe', 'ann fdp.exe', 'ann fdp.exe'],
    ['e\u0301.pdf', 'é.pdf', 'e.pdf'],
    ['\ud800.pdf', '\ufffd.pdf', 'document.pdf'],
    ['', 'document', 'document'],
    [' . ', 'document', 'document'],
    ['\u0000\n', 'document', 'document'],
    [`${'護'.repeat(100)}.pdf`, `${'護'.repeat(65)}.pdf`, 'document.pdf'],
  ])('call %j %j, and %j for old programs', (name, now, old) => {
    expect(names(name)).toEqual([now, old]);
  });

  it.each(['паспорт.pdf', '護照.pdf', '📄.pdf', 'a–b.pdf', 'a\r\nx-more: 1'])(
    'go out for %j',
    async (name) => {
      const { statusCode, headers } = await over(name);
      expect(statusCode).toBe(200);
      expect(headers['x-more']).toBeUndefined();
      expect(parse(headers['content-disposition'] ?? '').parameters['filename']).toBe(names(name)[0]);
    },
  );

  it('are of ASCII, whatever the name, and keep its ending (ASVS 5.4.1, 5.4.2)', () => {
    const Name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
    );
    fc.assert(
      fc.property(Name, fc.constantFrom('', '.pdf'), (name, ending) => {
        expect(disposition(`${name}${ending}`)).toMatch(
          /^attachment; filename=("[\x20-\x7e]+"|[\w!#$&'*+.^`|~-]+)(; filename\*=UTF-8''[\w!#$&+.^`|~%-]+)?$/,
        );
        for (const each of names(`${name}${ending}`)) {
          expect(each).toMatch(new RegExp(`${ending.slice(1)}$`));
          expect(each).not.toMatch(/^\.|[/\\<>:"|?*\p{Cc}]/u);
          expect(Buffer.byteLength(each ?? '')).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
