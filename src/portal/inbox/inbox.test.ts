import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { agencyFeed } from '../../records/feed/index.ts';
import { testApp, type Visit } from '../../testing/app.ts';
import { fakeClamd, HARMFUL } from '../../testing/clamd.ts';
import { feedLines } from '../../testing/feed-lines.ts';
import { signUp } from '../../testing/people.ts';

const clamd = await fakeClamd();
const app = await testApp({
  environment: { PORTICO_CLAMD: `tcp://127.0.0.1:${clamd.port}` },
  policy: { profile: 'standard', messages: { perDay: 40, fileMegabytes: 1, megabytes: 2, files: 3 } },
});
const { database } = app;
const person = await signUp(app);
const stranger = await signUp(app);
const agency = loadAgency(app.config.agencyFolder);

const photo = await sharp({ create: { width: 30, height: 20, channels: 3, background: 'teal' } })
  .jpeg()
  .toBuffer();
const picture = { name: 'image.jpg', bytes: photo };
const pdf = (size: number, words = '') => ({
  name: 'scan.pdf',
  bytes: Buffer.concat([Buffer.from(`%PDF-1.7 ${words}`), Buffer.alloc(size, ' '), Buffer.from('%%EOF')]),
});
const NEW = '/inbox/new';
const message = (text: string) => ({ topic: 'other', case: 'none', text });
const at = (response: { headers: Record<string, unknown> }) => String(response.headers['location'] ?? '');
const sendNew = (text: string, files: readonly { name: string; bytes: Uint8Array }[] = []) =>
  person.visit.postFiles(NEW, message(text), files, NEW);
const counts = async () => ({
  messages: (await database.selectFrom('conversation_message').select('id').execute()).length,
  blobs: await (async () => {
    let blobs = 0;
    for await (const _ of app.blobs.ids()) blobs += 1;
    return blobs;
  })(),
});

async function fed(line: object) {
  const bad: string[] = [];
  await agencyFeed({ agency, database, vault: app.vault }, app.clock).take(
    feedLines({ kind: 'message', at: app.clock.now().toISOString(), ...line }),
    { badLine: (_, reason) => bad.push(reason) },
  );
  expect(bad).toEqual([]);
}

const menuOf = async (visit: Visit) =>
  /<nav class="portico-nav".*?<\/nav>/s.exec((await visit.get('/help')).body)?.[0] ?? '';

describe('the inbox', () => {
  it('sends a message with three photos of one name, shows them to its person and to nobody else', async () => {
    const sent = await sendNew('Here are\nmy photos', [picture, picture, picture]);
    expect([sent.statusCode, at(sent)]).toEqual([
      303,
      expect.stringMatching(/^\/inbox\/[0-9a-f-]{36}\?sent=sent$/),
    ]);
    const { body } = await person.visit.get(at(sent));
    for (const shown of [
      'Your message is sent',
      'We answer by',
      'Here are\nmy photos',
      'image.jpg',
      'image (2).jpg',
      'image (3).jpg',
    ])
      expect(body).toContain(shown);
    const [file = ''] = /\/inbox\/files\/[0-9a-f-]+/.exec(body) ?? [];
    const got = await person.visit.get(file);
    expect(got.headers['content-type']).toBe('image/jpeg');
    expect(got.headers['content-disposition']).toContain('attachment');
    const [conversation = ''] = at(sent).split('?');
    for (const path of [conversation, file, `${conversation}x`])
      expect((await stranger.visit.get(path)).statusCode, path).toBe(404);
    const posted = await stranger.visit.postFiles(conversation, { text: 'Let me in' }, [], NEW);
    expect(posted.statusCode).toBe(404);
    expect((await stranger.visit.get('/inbox')).body).toContain('You have no messages yet');
  });

  it('sends a form once that is sent twice, with its files', async () => {
    await person.visit.get(NEW);
    const before = await counts();
    const twice = await Promise.all(
      [1, 2].map(() => person.visit.postFiles(NEW, message('Pressed twice'), [picture])),
    );
    expect(new Set(twice.map(at)).size).toBe(1);
    // And again on a fresh page, as after an answer that was lost.
    expect(at(await sendNew('Pressed twice', [picture]))).toMatch(/sent=sent-before$/);
    expect(await counts()).toEqual({ messages: before.messages + 1, blobs: before.blobs + 1 });
  });

  it.each([
    ['a file of another type', [{ name: 'a.exe', bytes: Buffer.from('MZ') }], 422, '“a.exe” is not a PDF'],
    ['a file that is too large', [pdf(1_200_000)], 422, '“scan.pdf” is too large'],
    [
      'files that are too large together',
      [pdf(900_000), pdf(900_000), pdf(900_000)],
      422,
      'too large together',
    ],
    ['too many files', [picture, picture, picture, picture], 422, 'too many files'],
    ['an empty file', [{ name: 'empty.pdf', bytes: Buffer.alloc(0) }], 422, '“empty.pdf” is empty'],
    ['a harmful file', [picture, pdf(10, HARMFUL)], 422, 'found something harmful'],
  ])('keeps what was typed and stores nothing where there is %s', async (_, files, status, said) => {
    const before = await counts();
    const refused = await sendNew('Typed with care', files);
    expect(refused.statusCode).toBe(status);
    expect(refused.body).toContain(said);
    expect(refused.body).toContain('Typed with care');
    expect(refused.body).toContain('<option value="other" selected>');
    expect(await counts()).toEqual(before);
  });

  it('refuses files while the scanner is dead, keeps the words, and takes messages without files (ASVS 5.4.3)', async () => {
    const before = await counts();
    clamd.behave('hangs-up');
    const refused = await sendNew('In the storm', [picture]);
    expect(refused.statusCode).toBe(503);
    expect(refused.body).toContain('We cannot take files right now, and nothing was sent');
    expect(refused.body).toContain('In the storm');
    expect(await counts()).toEqual(before);
    expect((await sendNew('In the storm')).statusCode).toBe(303);
    clamd.behave('scans');
    expect((await sendNew('After the storm', [picture])).statusCode).toBe(303);
  });

  it('says what is missing, and that files have to be chosen again', async () => {
    const refused = await person.visit.postFiles(
      NEW,
      { topic: 'case-question', case: 'none', text: ' ' },
      [picture],
      NEW,
    );
    expect(refused.statusCode).toBe(422);
    for (const said of ['Write your message', 'Choose your files again'])
      expect(refused.body).toContain(said);
    const ofCase = await person.visit.postFiles(
      NEW,
      { topic: 'case-question', case: 'none', text: 'x' },
      [],
      NEW,
    );
    expect(ofCase.body).toContain('This topic is about a case');
    const nobodys = await person.visit.postFiles(NEW, { ...message('x'), case: 'ARC2690001986' }, [], NEW);
    expect(nobodys.body).toContain('Choose a case, or say that it is none of them');
    const long = await person.visit.postFiles(NEW, message('y'.repeat(5_001)), [], NEW);
    expect([long.statusCode, long.body.includes('y'.repeat(5_001))]).toEqual([422, true]);
  });

  it('takes no form of another site, nor files of a stranger', async () => {
    const before = await counts();
    const forged = await person.visit.postFiles(NEW, { ...message('Forged'), _csrf: 'wrong' }, [picture]);
    expect(forged.statusCode).toBe(403);
    const visit = app.visit();
    await visit.get('/sign-in');
    expect((await visit.postFiles(NEW, message('Hello'), [picture])).statusCode).toBe(401);
    const elsewhere = await person.visit.postFiles('/cases/add', { receipt: 'x' }, [picture]);
    expect(elsewhere.statusCode).toBeGreaterThanOrEqual(400);
    expect(await counts()).toEqual(before);
  });

  it('counts what is not read in the menu, says it on home, and begins a new conversation after a closed one', async () => {
    const conversation = at(await sendNew('Is it closed?')).replace(/\?.*/, '');
    const id = conversation.replace('/inbox/', '');
    expect(await menuOf(person.visit)).not.toContain('unread');
    await fed({ id: 'answer-1', conversation: id, text: 'It is now.', closes: true });
    expect(await menuOf(person.visit)).toContain('1 unread');
    expect(await menuOf(stranger.visit)).not.toContain('unread');
    const home = (await person.visit.get('/home')).body;
    expect(home).toContain(`<a href="${conversation}">New message: Something else</a>`);
    // A page that asks by itself reads nothing in its person's place.
    await person.visit.get(conversation, { 'portico-by-itself': '1' });
    expect(await menuOf(person.visit)).toContain('1 unread');
    expect((await person.visit.get(conversation)).body).toContain('This conversation is closed');
    expect(await menuOf(person.visit)).not.toContain('unread');
    app.clock.advance(60);
    const later = await person.visit.postFiles(conversation, { text: 'One more thing' }, [], conversation);
    expect(at(later)).toMatch(/sent=follow-up$/);
    expect((await person.visit.get(at(later))).body).toContain('Your message began a new conversation');
    expect((await person.visit.get(conversation)).body).toContain('This goes on in a new conversation');
  });
});
