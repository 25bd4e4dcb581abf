import { beforeAll, describe, expect, it } from 'vitest';
import { linkCase } from '../../records/cases/index.ts';
import { testApp } from '../../testing/app.ts';
import { agencySays } from '../../testing/documents.ts';
import { signIn, signUp } from '../../testing/people.ts';

const app = await testApp();
const RECEIPT = 'ARC2190000042';
const person = { family: 'Nguyễn', given: 'Mai', born: '1989-04-17', birthCountry: 'VN' };
const said = (id: string, at: string, more: object) => ({ id, receipt: RECEIPT, at, ...more });
const bdi = (text: string, marks = '') => `<bdi class="portico-own-words"${marks}>${text}</bdi>`;

let visit: Awaited<ReturnType<typeof signIn>>['visit'];

beforeAll(async () => {
  const owner = await signUp(app);
  await agencySays(app, [
    said('s1', '2026-01-05T10:00:00Z', {
      form: 'NAT-1',
      status: 'case-received',
      detail: { es: 'Primera línea.\nSegunda línea.' },
      person,
    }),
    said('s2', '2026-01-06T10:00:00Z', {
      form: 'NAT-1',
      status: 'request-for-evidence-sent',
      detail: { en: 'Room 4\n\nNovaria office', es: 'Sala 4\n\nOficina de Novaria' },
      person,
    }),
    said('r1', '2026-01-06T10:00:00Z', {
      kind: 'evidence-request',
      papers: [{ name: 'Pasaporte', note: 'All pages\nIn colour' }],
      dueOn: '2026-08-01',
    }),
  ]);
  const { id: accountId } = await app.database.selectFrom('account').select('id').executeTakeFirstOrThrow();
  await linkCase(app.database, { accountId, receipt: RECEIPT, how: 'claimed', at: app.clock.now() });
  ({ visit } = await signIn(app, owner));
});

describe('what the agency says in its own words', () => {
  it('keeps its line breaks on the page of a case, in the reader’s language or marked as another', async () => {
    const { body } = await visit.get(`/cases/${RECEIPT}`);
    expect(body).toContain(bdi('Room 4\n\nNovaria office'));
    expect(body).toContain(bdi('Primera línea.\nSegunda línea.', ' lang="es"'));
    expect(body).toContain(bdi('All pages\nIn colour'));
  });
});
