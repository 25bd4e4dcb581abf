import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { testApp, type Visit } from '../../testing/app.ts';
import { signIn } from '../../testing/people.ts';

const app = await testApp({ people: true });
const { database, clock } = app;
/** Amina's, of which the agency waits for papers. */
const RECEIPT = 'ARC2690001986';
const CASE = `/demo/agency/${RECEIPT}`;
const visit = app.visit();
let amina: Visit;
beforeAll(async () => {
  ({ visit: amina } = await signIn(app, {
    email: 'amina',
    password: 'copper-lantern-harbor-42',
    secret: 'IXTGJ3EOUKY6A3UHWD3QCF3JKCPHZOLH',
  }));
});

const Line = z.looseObject({ id: z.string(), receipt: z.string(), at: z.string() });
const decoded = (html: string) =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** What a form has in it, as a browser that answers nothing would post it. */
async function formAt(url: string): Promise<Record<string, string>> {
  const { body, statusCode } = await visit.get(url);
  expect([url, statusCode]).toEqual([url, 200]);
  return fieldsOf(body);
}

function fieldsOf(body: string): Record<string, string> {
  const form = /<form class="portico-form"[\s\S]*?<\/form>/.exec(body)?.[0] ?? '';
  const fields: Record<string, string> = {};
  for (const [tag = ''] of form.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1] ?? '';
    const value = decoded(/value="([^"]*)"/.exec(tag)?.[1] ?? '');
    if (!tag.includes('type="radio"') || / checked/.test(tag)) fields[name] = value;
  }
  for (const [, name = '', value = ''] of form.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>([^<]*)</g))
    fields[name] = decoded(value);
  for (const [, name = '', options = ''] of form.matchAll(
    /<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g,
  ))
    fields[name] = decoded(/value="([^"]*)" selected/.exec(options)?.[1] ?? '');
  return fields;
}

/** Sends a form, and gives the line that the page then shows. */
async function send(url: string, changes: Record<string, string> = {}) {
  clock.advance(61);
  const fields = { ...(await formAt(url)), ...changes };
  const answer = await visit.post(url, fields);
  expect([url, answer.statusCode]).toEqual([url, 303]);
  const page = await visit.follow(answer);
  expect(page.body).toContain('role="status"');
  expect(page.body).toContain(`href="/cases/${RECEIPT}" target="_blank"`);
  const line = Line.parse(JSON.parse(decoded(/<code id="sent-line">([^<]*)</.exec(page.body)?.[1] ?? '')));
  return { line, fields, page: page.body, location: String(answer.headers.location) };
}

const seenBy = async (url: string) => (await amina.get(url)).body;
const nowOf = (body: string) => /portico-next__title">([^<]*)</.exec(body)?.[1];
const linksOf = (body: string, path: string) =>
  [...body.matchAll(new RegExp(`href="(${CASE}/${path}\\?[^"]*)"`, 'g'))].map(([, href = '']) =>
    decoded(href),
  );
const documents = () =>
  database.selectFrom('document').selectAll().where('receipt', '=', RECEIPT).orderBy('imported_at').execute();

describe('the cases that can be played', () => {
  it('are those of the people of the demonstration, by whose they are, and no others', async () => {
    const { body } = await visit.get('/demo/agency');
    for (const text of ['Amina Haddad', 'Mateo Quispe Ñahui', 'Thị Mai Anh Nguyễn', RECEIPT, 'ARC2690032904'])
      expect(body).toContain(text);
    expect(body).not.toContain('ARC2590107272');
    for (const receipt of ['ARC2590107272', 'ARC9999999999', 'x', '%00'])
      for (const rest of ['', '/status'])
        expect((await visit.get(`/demo/agency/${receipt}${rest}`)).statusCode).toBe(404);
  });

  it('are led to where the other things of the demonstration are', async () => {
    expect((await app.visit().get('/sign-in')).body).toContain('href="/demo/agency"');
  });
});

describe('a status', () => {
  it('arrives with the words of the agency, and shows the line by which it came', async () => {
    const { line } = await send(`${CASE}/status`, {
      status: 'interview-scheduled',
      'detail-en': 'Room 4.\r\nBring <nothing>.',
      'detail-es': 'Sala 4.',
    });
    expect(line).toEqual({
      id: expect.stringMatching(/^play-/),
      receipt: RECEIPT,
      at: clock.now().toISOString(),
      form: 'NAT-1',
      status: 'interview-scheduled',
      detail: { en: 'Room 4.\nBring <nothing>.', es: 'Sala 4.' },
      person: expect.objectContaining({
        family: 'Haddad',
        given: 'Amina',
        born: '1989-04-17',
        birthCountry: 'LB',
      }),
    });
    const body = await seenBy(`/cases/${RECEIPT}`);
    expect(nowOf(body)).toBe('Come to your interview');
    expect(body.includes('Bring &lt;nothing>.')).toBe(true);
  });

  it('is one that the form may have: the next steps stand first, then those back, then the others', async () => {
    const { body } = await visit.get('/demo/agency/ARC2590077419/status');
    expect([...body.matchAll(/<optgroup label="([^"]*)"/g)].map(([, label]) => label)).toEqual([
      'In this step: Decision',
      'Next: Visa office',
      'Back to: Review',
      'Back to: Received',
      'In any step',
    ]);
    expect(body).not.toContain('"card-mailed"');
    for (const status of ['', 'card-mailed', 'nothing']) {
      const refused = await visit.post(`${CASE}/status`, {
        ...(await formAt(`${CASE}/status`)),
        status,
        'detail-en': 'Kept',
      });
      expect(refused.statusCode).toBe(422);
      expect(refused.body).toContain('href="#status"');
      expect(refused.body).toContain('id="status-error"');
      expect(fieldsOf(refused.body)['detail-en']).toBe('Kept');
    }
  });

  it('is one event when its form is sent twice, also at once', async () => {
    const before = await database.selectFrom('case_event').select('id').execute();
    const fields = { ...(await formAt(`${CASE}/status`)), status: 'interview-completed' };
    const both = await Promise.all([
      visit.post(`${CASE}/status`, fields),
      visit.post(`${CASE}/status`, fields),
    ]);
    clock.advance(5);
    const later = await visit.post(`${CASE}/status`, fields);
    expect([...both, later].map(({ statusCode }) => statusCode)).toEqual([303, 303, 303]);
    expect(new Set([...both, later].map(({ headers }) => headers.location)).size).toBe(1);
    const after = await database.selectFrom('case_event').select('id').execute();
    expect(after.length).toBe(before.length + 1);
  });

  it('is another event when its form is sent again with something else, which is said before', async () => {
    const first = await send(`${CASE}/status`, { status: 'case-transferred' });
    const other = { ...first.fields, status: 'under-review' };
    const asked = await visit.post(`${CASE}/status`, other);
    expect(asked.statusCode).toBe(422);
    expect(asked.body).toContain('sent before with other answers');
    const again = fieldsOf(asked.body);
    expect(again['event']).not.toBe(first.fields['event']);
    expect(again['status']).toBe('under-review');
    expect((await visit.post(`${CASE}/status`, again)).statusCode).toBe(303);
    expect(nowOf(await seenBy(`/cases/${RECEIPT}`))).toBe('We are reviewing your case');
  });
});

describe('a notice', () => {
  it('of each template is good as it is filled in, and arrives', async () => {
    const templates = linksOf((await visit.get(CASE)).body, 'document').filter((url) =>
      url.includes('template='),
    );
    expect(templates.length).toBe(8);
    for (const url of templates) {
      const { line } = await send(url);
      expect(line['kind']).toBe('document');
      const newest = (await documents()).at(-1);
      expect([url, newest?.event]).toEqual([url, line.id]);
      const page = await amina.get(`/documents/${newest?.id}`);
      expect([url, page.statusCode]).toEqual([url, 200]);
    }
  });

  it('says what was changed in it', async () => {
    const { line } = await send(`${CASE}/document?template=interview`, {
      'field-people': 'Amina Haddad\r\nNadia Haddad',
      'field-time': '08:05',
      'field-bring-en': '',
      'field-bring-es': '',
    });
    expect(line).toMatchObject({
      type: 'appointment',
      template: { name: 'interview', data: { people: ['Amina Haddad', 'Nadia Haddad'], time: '08:05' } },
    });
    const newest = (await documents()).at(-1);
    expect(await seenBy(`/documents/${newest?.id}`)).toContain('Nadia Haddad');
  });

  it('takes the place of an earlier one, and can be withdrawn', async () => {
    const first = await send(`${CASE}/document?template=interview`);
    const old = (await documents()).at(-1);
    expect(first.page).toContain('replaces=');
    await send(`${CASE}/document?replaces=${first.line.id}`);
    expect(await seenBy(`/documents/${old?.id}`)).toMatch(/replaced/i);
    const newest = (await documents()).at(-1);
    expect(newest?.replaces).toBe(old?.id);
    const withdrawal = `${CASE}/document-withdrawn?document=${newest?.event}`;
    const { line } = await send(withdrawal);
    expect(line).toMatchObject({ kind: 'document-withdrawn', document: newest?.event });
    expect(await seenBy(`/documents/${newest?.id}`)).toMatch(/withdrawn|withdrew/i);
  });

  it('that is not there, or of another case, can be neither replaced nor withdrawn', async () => {
    const { event } = await database
      .selectFrom('document')
      .select('event')
      .where('receipt', '!=', RECEIPT)
      .executeTakeFirstOrThrow();
    for (const url of ['document?replaces=', 'document-withdrawn?document='])
      for (const id of [event, 'x', ''])
        expect((await visit.get(`${CASE}/${url}${id}`)).statusCode).toBe(404);
    expect((await visit.get(`${CASE}/document?template=none`)).statusCode).toBe(404);
  });

  it('is asked for again where something in it is wrong, at its field', async () => {
    const url = `${CASE}/document?template=interview`;
    const before = (await documents()).length;
    for (const [field, wrong] of [
      ['issuedOn', '2026-02-30'],
      ['issuedOn', '2099-01-01'],
      ['field-day', ''],
      ['field-time', '25:00'],
      ['field-place', Array.from({ length: 9 }, () => 'x').join('\n')],
      ['field-people', ' \n '],
      ['field-bring-es', 'una\ndos\ntres'],
    ] as const) {
      const typed = { ...(await formAt(url)), [field]: wrong };
      const refused = await visit.post(url, typed);
      expect([field, wrong, refused.statusCode]).toEqual([field, wrong, 422]);
      expect([
        field,
        refused.body.includes(`href="#${field}"`),
        refused.body.includes(`id="${field}-error"`),
      ]).toEqual([field, true, true]);
      expect(fieldsOf(refused.body)['field-applicant']).toBe(typed['field-applicant']);
    }
    expect((await documents()).length).toBe(before);
  });
});

describe('a request for papers', () => {
  it('arrives with its papers and its day, and goes on in every way', async () => {
    const { line } = await send(`${CASE}/evidence-request`, {
      'papers-en': 'A first paper\nA second paper',
      'papers-es': 'Un primer papel\nUn segundo papel',
    });
    expect(line['papers']).toEqual([
      { name: { en: 'A first paper', es: 'Un primer papel' } },
      { name: { en: 'A second paper', es: 'Un segundo papel' } },
    ]);
    expect(await seenBy(`/cases/${RECEIPT}`)).toContain('A second paper');
    const state = `${CASE}/evidence-request-state?request=${line.id}`;
    const rows = () =>
      database
        .selectFrom('evidence_request')
        .select(['state', 'due_on as dueOn'])
        .where('event', '=', line.id)
        .executeTakeFirstOrThrow();
    const { dueOn } = await rows();
    const behind = 'the status of the case does not say so';
    await send(`${CASE}/status`, { status: 'under-review' });
    expect((await visit.get(CASE)).body.includes(behind)).toBe(true);
    await send(`${CASE}/status`, { status: 'request-for-evidence-sent' });
    expect((await visit.get(CASE)).body.includes(behind)).toBe(false);
    await send(state, { state: 'open', dueOn: '2027-06-01' });
    expect(String((await rows()).dueOn)).not.toBe(String(dueOn));
    for (const each of ['expired', 'answered', 'withdrawn', 'open'])
      expect([each, (await send(state, { state: each })).line['state'], (await rows()).state]).toEqual([
        each,
        each,
        each,
      ]);
    expect((await send(state, { state: 'answered' })).page).toContain('Answered');
  });

  it('is asked for again where something in it is wrong, at its field', async () => {
    const { line } = await send(`${CASE}/evidence-request`);
    const state = `${CASE}/evidence-request-state?request=${line.id}`;
    for (const [url, field, changes] of [
      [`${CASE}/evidence-request`, 'papers-en', { 'papers-en': '', 'papers-es': '' }],
      [`${CASE}/evidence-request`, 'dueOn', { dueOn: 'soon' }],
      [`${CASE}/evidence-request`, 'document', { document: 'x' }],
      [state, 'dueOn', { state: 'open' }],
      [state, 'dueOn', { state: 'answered', dueOn: '2027-01-01' }],
      [state, 'state', { state: 'lost' }],
    ] as const) {
      const refused = await visit.post(url, { ...(await formAt(url)), ...changes });
      expect([field, refused.statusCode, refused.body.includes(`id="${field}-error"`)]).toEqual([
        field,
        422,
        true,
      ]);
    }
  });
});

describe('an appointment', () => {
  it('lets somebody choose when to come, and then says another time in its own words', async () => {
    const { line } = await send(`${CASE}/appointment`, { type: 'interview' });
    expect(line).toMatchObject({
      kind: 'appointment',
      state: 'offered',
      type: 'interview',
      offices: ['port-aurelia'],
    });
    expect(await seenBy('/home')).toContain('Choose a time: Interview');
    const [next = ''] = linksOf((await visit.get(CASE)).body, 'appointment-state').filter((href) =>
      href.includes(line.id),
    );
    const moved = await send(next, {
      state: 'moved',
      office: 'novaria',
      time: '10:15',
      'note-en': 'Come early.',
    });
    expect(moved.line).toMatchObject({
      state: 'moved',
      appointment: line.id,
      office: 'novaria',
      note: { en: 'Come early.' },
    });
    const body = await seenBy(`/cases/${RECEIPT}`);
    expect(body).toContain('10:15 AM');
    const page = /href="(\/appointments\/[^"]+)">Interview</.exec(body)?.[1] ?? '';
    expect(await seenBy(page)).toContain('Come early.');
  });
});

describe('a copy on paper', () => {
  it('that was asked for is sent or refused, and whoever asked for it sees that', async () => {
    const { id, event } = await database
      .selectFrom('document')
      .select(['id', 'event'])
      .where('receipt', '=', RECEIPT)
      .where('state', '=', 'current')
      .executeTakeFirstOrThrow();
    const url = `${CASE}/paper-copy?document=${event}`;
    expect((await visit.get(url)).statusCode).toBe(404);
    for (const [state, said] of [
      ['refused', 'We could not send a paper copy'],
      ['sent', 'We sent you a paper copy'],
    ] as const) {
      await amina.post(`/documents/${id}`, {}, `/documents/${id}`);
      expect((await visit.get(CASE)).body.includes('Copies on paper')).toBe(true);
      const { line, page } = await send(url, { state });
      expect(line).toMatchObject({ kind: 'paper-copy', document: event, state });
      expect(page.includes('Copies on paper')).toBe(false);
      expect([state, (await seenBy(`/documents/${id}`)).includes(said)]).toEqual([state, true]);
    }
  });
});

it('a line that the feed refuses is not kept, and says why', async () => {
  const url = `${CASE}/document?template=interview`;
  const fields: Record<string, string> = { ...(await formAt(url)), 'field-people': 'x\u0000y' };
  const long = { ...fields, 'field-people': Array.from({ length: 51 }, () => 'x').join('\n') };
  const refused = await visit.post(url, long);
  expect(refused.statusCode).toBe(422);
  expect(refused.body).toContain('template.data');
  const kept = await database
    .selectFrom('demo_line')
    .select('id')
    .where('id', '=', fields['event'] ?? '')
    .execute();
  expect(kept).toEqual([]);
  expect((await visit.post(url, fields)).statusCode).toBe(422);
});

it('a line is shown for a day, to whoever has its address', async () => {
  const { location } = await send(`${CASE}/status`, { status: 'under-review' });
  expect((await app.visit().get(location)).body).toContain('sent-line');
  expect((await visit.get(location.replace(RECEIPT, 'ARC2690007754'))).body).not.toContain('sent-line');
  clock.advance(25 * 3600);
  for (const { cleanUp = [] } of app.app.floors) for (const clean of cleanUp) await clean();
  const page = await visit.get(location);
  expect([page.statusCode, page.body.includes('sent-line')]).toEqual([200, false]);
});

it('nothing is said without the token of this very browser', async () => {
  const fields = { ...(await formAt(`${CASE}/status`)), status: 'denied' };
  const before = await database.selectFrom('case_event').select('id').execute();
  expect((await visit.postRaw(`${CASE}/status`, { ...fields, _csrf: '' })).statusCode).toBe(403);
  expect(await database.selectFrom('case_event').select('id').execute()).toEqual(before);
});
