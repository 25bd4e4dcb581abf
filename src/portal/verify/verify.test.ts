import { beforeAll, describe, expect, it } from 'vitest';
import { linkCase } from '../../records/cases/index.ts';
import { makeDocuments } from '../../records/documents/index.ts';
import { testApp } from '../../testing/app.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { agencySays } from '../../testing/documents.ts';

const app = await testApp();
const [RECEIPT, OTHER] = ['ARC2190000042', 'ARC2190000043'] as const;
const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };

const said = (id: string, more: object) => ({ id, receipt: RECEIPT, at: '2026-01-05T10:00:00Z', ...more });
const notice = (id: string, more: object = {}) =>
  said(id, {
    kind: 'document',
    type: 'receipt',
    issuedOn: '2026-01-05',
    template: { name: 'receipt', data: { received: '2026-01-02', applicant: 'Amina Haddad' } },
    ...more,
  });

/** The codes on papers, by the agency's ids of them. */
const codes = new Map<string, string>();
const codeOf = (event: string) => codes.get(event) ?? '';

beforeAll(async () => {
  await agencySays(app, [
    said('s1', { form: 'NAT-1', status: 'case-received', person }),
    said('s2', { receipt: OTHER, form: 'NAT-1', status: 'case-received', person }),
    notice('d1'),
    notice('d2', { replaces: 'd1', at: '2026-01-06T10:00:00Z' }),
    notice('d3'),
    said('w1', { kind: 'document-withdrawn', document: 'd3', at: '2026-01-07T10:00:00Z' }),
  ]);
  const accountId = await bareAccount(app.database, app.clock);
  await linkCase(app.database, { accountId, receipt: RECEIPT, how: 'claimed', at: app.clock.now() });
  const rows = await app.database.selectFrom('document').select(['event', 'id']).execute();
  for (const { code, id } of await makeDocuments(app).detailsOf(accountId))
    codes.set(rows.find((row) => row.id === id)?.event ?? '', code);
});

const main = (body: string) => /<main[\s\S]*<\/main>/.exec(body)?.[0] ?? '';
const plain = (body: string) =>
  main(body)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
const verify = async (receipt: string, code: string, language = 'en') => {
  const { statusCode, body } = await app
    .visit()
    .get(`/verify?${new URLSearchParams({ receipt, code })}`, { 'accept-language': language });
  return { statusCode, body, text: plain(body) };
};

describe('the check of a notice', () => {
  it('asks for what stands on it', async () => {
    const page = await app.visit().get('/verify');
    expect(page.statusCode).toBe(200);
    for (const name of ['receipt', 'code']) expect(page.body).toContain(`name="${name}"`);
    expect(page.body).toContain('<a href="/verify">');
  });

  it('says at once that one is genuine, with its kind and day, and nothing of a person', async () => {
    const { statusCode, body, text } = await verify(RECEIPT, codeOf('d2'));
    expect(statusCode).toBe(200);
    for (const words of ['This notice is genuine', 'Receipt notice', 'January 5, 2026'])
      expect(text).toContain(words);
    for (const personal of ['Amina', 'Haddad', 'NAT-1', 'citizenship', '1989'])
      expect(body).not.toContain(personal);
    expect((await verify(RECEIPT, codeOf('d2'), 'es')).text).toContain('Este aviso es auténtico');
  });

  it('says since when one is replaced or withdrawn', async () => {
    expect((await verify(RECEIPT, codeOf('d1'))).text).toContain('Replaced on January 6, 2026');
    expect((await verify(RECEIPT, codeOf('d3'))).text).toContain('Withdrawn on January 7, 2026');
    for (const event of ['d1', 'd3'])
      expect((await verify(RECEIPT, codeOf(event))).text).not.toContain('genuine');
  });

  it.each([
    ['lower case and spaces', (code: string) => code.toLowerCase().replaceAll('-', ' ')],
    ['no dashes', (code: string) => code.replaceAll('-', '')],
    [
      'the letters that are taken for digits',
      (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'l'),
    ],
    ['spaces around', (code: string) => `  ${code} `],
  ])('takes a code as it is typed: %s', async (_how, typed) => {
    expect((await verify(` ${RECEIPT.toLowerCase()} `, typed(codeOf('d2')))).text).toContain('genuine');
  });

  it('gives one answer for a code of another case, of nobody, and for a receipt that is not there', async () => {
    const answers = await Promise.all([
      verify(OTHER, codeOf('d2')),
      verify('ARC2190000099', codeOf('d2')),
      verify(RECEIPT, '0000-0000-0000-0000-0'),
      verify('ARC2190000099', '0000-0000-0000-0000-0'),
    ]);
    const said = answers.map(({ statusCode, body }) => [
      statusCode,
      main(body).replaceAll(/value="[^"]*"/g, ''),
    ]);
    for (const each of said) expect(each).toEqual(said[0]);
    expect(answers[0]?.statusCode).toBe(404);
    expect(answers[0]?.text).toContain('We do not know this notice');
  });

  it.each([
    ['receipt=&code=', ['Enter the receipt number', 'Enter the code of the notice']],
    [`receipt=${RECEIPT}`, ['Enter the code of the notice']],
    ['code=0000-0000-0000-0000-0', ['Enter the receipt number']],
    [`receipt=${RECEIPT}&code=0000-0000-0000-0000-1`, ['A letter or digit is wrong']],
    [`receipt=${RECEIPT}&code=0000-0000-0000-0000`, ['This code is too short']],
    [`receipt=${RECEIPT}&code=0000-0000-0000-0000-00`, ['This code is too long']],
    [`receipt=${RECEIPT}&code=0000-0000-0000-0000-U`, ['never a U']],
    [`receipt=${RECEIPT}&code=0000-0000-0000-0000-%C3%91`, ['17 letters A to Z']],
    [`receipt=XYZ1&code=0000-0000-0000-0000-0`, ['not one of our receipt numbers']],
    [`receipt=${RECEIPT}&receipt=${OTHER}&code=a&code=b`, ['not one of our receipt numbers', '17 letters']],
    [`receipt=${'9'.repeat(5000)}&code=%00%E2%80%AE`, ['not one of our receipt numbers', '17 letters']],
  ])('says what was mistyped: %s', async (query, faults) => {
    const page = await app.visit().get(`/verify?${query}`);
    expect(page.statusCode).toBe(422);
    for (const fault of faults) expect(plain(page.body)).toContain(fault);
    expect(page.body).toContain('<title>Error:');
  });

  it('is found from the public status, and leads to what to do when a code cannot be read', async () => {
    expect(main((await app.visit().get('/status')).body)).toContain('<a href="/verify">');
    const [, help = ''] =
      /<a href="(\/help#[^"]*)"/.exec(main((await app.visit().get('/verify')).body)) ?? [];
    const [path = '', id = ''] = help.split('#');
    expect((await app.visit().get(path)).body).toContain(`<h2 id="${id}">`);
  });

  it('can be made so often by one address, and no more', async () => {
    const answers: number[] = [];
    for (let at = 0; at < 62; at++) {
      const { statusCode } = await app.server.inject({
        url: `/verify?receipt=${RECEIPT}&code=0000-0000-0000-0000-0`,
        remoteAddress: '198.51.100.7',
      });
      answers.push(statusCode);
    }
    expect(answers.indexOf(429)).toBe(60);
  });
});
