import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { loadLanguages } from '../../platform/i18n/index.ts';
import { makePdfMaker, paperLook } from '../../platform/pdf/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase, loadCaseCatalogue } from '../cases/index.ts';
import { loadTemplates } from '../document-templates/index.ts';
import { agencyFeed } from '../feed/index.ts';
import {
  type FileSource,
  makeDocuments,
  makeNotices,
  makeRendering,
  openPaperCopies,
  settlePaperCopies,
  verificationCodeFault,
} from './index.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const { database, vault, clock } = await freshDatabase();
const blobs = await testBlobs();
const documents = makeDocuments({ database, vault, clock, blobs });

const RECEIPT = 'ARC2190000042';
const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
const PDF = '%PDF-1.7 a decision';
const files: FileSource = async (name) => ({
  is: 'file',
  mediaType: 'application/pdf',
  size: PDF.length,
  sha256: Buffer.from(new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.from(PDF)))),
  open: async function* () {
    yield Buffer.from(name === '' ? '' : PDF);
  },
});

async function say(...lines: readonly object[]) {
  const bad: string[] = [];
  const summary = await agencyFeed({ agency, database, vault }, clock, { blobs, files }).take(
    (async function* () {
      for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })(),
    { badLine: (_line, reason) => bad.push(reason) },
  );
  return { summary, bad };
}

const said = (id: string, more: object) => ({ id, receipt: RECEIPT, at: '2026-06-01T10:00:00Z', ...more });
const received = said('s1', { form: 'NAT-1', status: 'case-received', person });
const ofFile = { kind: 'document', type: 'decision', issuedOn: '2026-06-02', file: 'визначення.pdf' };
const ofTemplate = {
  kind: 'document',
  type: 'receipt',
  issuedOn: '2026-06-01',
  template: { name: 'receipt', data: { received: '2026-05-29', applicant: 'Amina Haddad' } },
};

let owner = '';
let other = '';
beforeAll(async () => {
  [owner, other] = [await bareAccount(database, clock), await bareAccount(database, clock)];
  const { bad } = await say(
    received,
    said('d1', ofTemplate),
    said('d2', ofFile),
    said('d3', { ...ofTemplate, replaces: 'd1', at: '2026-06-05T10:00:00Z' }),
    said('d4', { ...ofFile, title: { en: 'A letter', es: 'Una carta' } }),
    said('w1', { kind: 'document-withdrawn', document: 'd4', at: '2026-06-09T10:00:00Z' }),
  );
  expect(bad).toEqual([]);
  await linkCase(database, { accountId: owner, receipt: RECEIPT, how: 'claimed', at: clock.now() });
});

const byEvent = async (event: string) => {
  const { id } = await database
    .selectFrom('document')
    .select('id')
    .where('event', '=', event)
    .executeTakeFirstOrThrow();
  return id;
};

describe('documents', () => {
  it('stand in a list with their state, for whoever may read their case', async () => {
    const all = await documents.documentsOf(owner);
    const [d1, d3] = [await byEvent('d1'), await byEvent('d3')];
    expect(all).toHaveLength(4);
    expect(all.find(({ id }) => id === d1)).toMatchObject({
      state: 'replaced',
      replacedBy: d3,
      replacedAt: new Date('2026-06-05T10:00:00Z'),
      template: { id: 'receipt', version: 1 },
      title: null,
    });
    expect(all.map(({ state }) => state).sort()).toEqual(['current', 'current', 'replaced', 'withdrawn']);
    expect(all.map(({ title }) => title)).toContainEqual({ en: 'A letter', es: 'Una carta' });
    expect(all.map(({ title }) => title)).toContain('визначення');
    expect(await documents.documentsOf(other)).toEqual([]);
  });

  it('are opened by whoever may read their case, and are not there for others', async () => {
    const id = await byEvent('d2');
    expect(await documents.documentOf(owner, id)).toMatchObject({
      state: 'current',
      form: 'NAT-1',
      content: { is: 'file', name: 'визначення.pdf', mediaType: 'application/pdf', size: PDF.length },
    });
    const opened = await documents.openContent(owner, id, 'en');
    if (opened.is !== 'open') throw new Error(opened.is);
    expect(await text(await opened.read())).toBe(PDF);
    expect(await text(await opened.read({ first: 5, last: 7 }))).toBe('1.7');
    expect(await documents.documentOf(other, id)).toBeNull();
    expect(await documents.openContent(other, id, 'en')).toEqual({ is: 'not-there' });
    for (const guessed of ['', 'x', crypto.randomUUID()]) {
      expect(await documents.documentOf(owner, guessed)).toBeNull();
      expect(await documents.openContent(owner, guessed, 'en')).toEqual({ is: 'not-there' });
    }
  });

  it('of a template have its data, and whom they are for as of their arrival', async () => {
    const id = await byEvent('d3');
    const [details, content] = [
      await documents.documentOf(owner, id),
      await documents.openContent(owner, id, 'en'),
    ];
    expect(details?.content).toEqual({
      is: 'template',
      data: { recipient: { name: 'Amina Haddad', address: [] }, fields: ofTemplate.template.data },
      renderings: [],
    });
    expect(content).toEqual({ is: 'not-ready' });
  });

  it('of a template are made into a file in every language, once, and the same page says the same', async () => {
    const languages = loadLanguages(join(root, 'locales'), agency);
    const notices = makeNotices({
      agency,
      languages,
      templates: loadTemplates(agency.folder, agency.languages),
      catalogue: loadCaseCatalogue(agency),
      publicUrl: new URL('https://portal.example'),
    });
    const maker = makePdfMaker({ look: paperLook(agency) });
    afterAll(() => maker.close());
    const log = pino({ level: 'silent' });
    const rendering = makeRendering({ database, vault, clock, blobs, notices, maker, log });
    const done = await Promise.all([rendering.renderWaiting(), rendering.renderWaiting()]);
    expect(done.map(({ made, failed }) => made + failed).reduce((a, b) => a + b)).toBe(2);
    expect(done.map(({ failed }) => failed)).toEqual([0, 0]);
    const id = await byEvent('d3');
    const details = await documents.documentOf(owner, id);
    if (details?.content.is !== 'template' || details.template === null) throw new Error('not of a template');
    expect(details.content.renderings.map(({ language }) => language)).toEqual(['en', 'es']);
    const { template, content } = details;
    for (const { language, size, sha256 } of content.renderings) {
      const opened = await documents.openContent(owner, id, language);
      if (opened.is !== 'open') throw new Error(opened.is);
      const bytes = await buffer(await opened.read());
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([size, sha256]);
      expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
      const words = languages.get(language);
      const composed = notices.compose({ ...details, template, data: content.data }, words);
      if (composed.is !== 'notice') throw new Error(composed.reason);
      const again = await maker.make(composed.content);
      expect(again).toMatchObject({ is: 'made', sha256 });
    }
    expect(await documents.openContent(owner, id, 'ar')).toEqual({ is: 'not-ready' });
    expect(await rendering.renderWaiting()).toEqual({ made: 0, failed: 0, later: 0 });
  });

  it('are genuine, replaced or withdrawn by the code on them, with the receipt number', async () => {
    const codeOf = async (event: string) =>
      (await documents.documentOf(owner, await byEvent(event)))?.code ?? '';
    const [d1, d3, d4] = [await codeOf('d1'), await codeOf('d3'), await codeOf('d4')];
    expect(verificationCodeFault(d1)).toBeNull();
    const [type, issuedOn] = ['receipt', '2026-06-01'];
    expect(await documents.verify(RECEIPT, d3.toLowerCase().replaceAll('-', ''))).toEqual({
      is: 'genuine',
      template: { id: 'receipt', version: 1 },
      type,
      issuedOn,
    });
    expect(await documents.verify(RECEIPT, d1)).toEqual({
      is: 'replaced',
      template: { id: 'receipt', version: 1 },
      type,
      issuedOn,
      at: new Date('2026-06-05T10:00:00Z'),
    });
    expect(await documents.verify(RECEIPT, d4)).toMatchObject({
      is: 'withdrawn',
      at: new Date('2026-06-09T10:00:00Z'),
    });
    expect(await documents.verify('ARC2190000043', d3)).toEqual({ is: 'unknown' });
    expect(await documents.verify(RECEIPT, '0000-0000-0000-0000-0')).toEqual({ is: 'unknown' });
  });

  it('are asked for on paper once at a time, while they are good', async () => {
    const [d1, d3] = [await byEvent('d1'), await byEvent('d3')];
    expect(await documents.askPaperCopy(other, d3)).toEqual({ is: 'not-there' });
    expect(await documents.askPaperCopy(owner, d1)).toEqual({ is: 'not-current' });
    const asked = await Promise.all([documents.askPaperCopy(owner, d3), documents.askPaperCopy(owner, d3)]);
    expect(asked.map(({ is }) => is).sort()).toEqual(['already-asked', 'asked']);
    expect((await documents.documentOf(owner, d3))?.paperCopy).toMatchObject({
      state: 'asked',
      settledAt: null,
    });
    const [open] = await openPaperCopies(database);
    expect(open).toMatchObject({ receipt: RECEIPT, document: 'd3' });
    const id = open?.id ?? '';
    expect(await settlePaperCopies(database, clock, [id, 'none'], 'sent')).toBeNull();
    expect(await settlePaperCopies(database, clock, [id, d3], 'sent')).toEqual([id]);
    expect(await settlePaperCopies(database, clock, [id], 'refused')).toEqual([]);
    expect((await documents.documentOf(owner, d3))?.paperCopy).toMatchObject({
      state: 'sent',
      settledAt: clock.now(),
    });
    expect(await openPaperCopies(database)).toEqual([]);
    expect(await documents.askPaperCopy(owner, d3)).toEqual({ is: 'asked' });
  });
});
