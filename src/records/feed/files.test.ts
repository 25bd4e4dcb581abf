import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { bareAccount } from '../../testing/bare-account.ts';
import { testBlobs } from '../../testing/blobs.ts';
import { freshDatabase } from '../../testing/database.ts';
import { linkCase } from '../cases/index.ts';
import { LARGEST_FILE, makeDocuments } from '../documents/index.ts';
import { agencyFeed, folderOfFiles } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const { database, vault, clock } = await freshDatabase();
const blobs = await testBlobs();
const folder = mkdtempSync(join(tmpdir(), 'portico-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const files = folderOfFiles(folder);

const RECEIPT = 'ARC2190000042';
const person = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };
const said = (id: string, more: object) => ({ id, receipt: RECEIPT, at: '2026-06-01T10:00:00Z', ...more });
const received = said('s', { form: 'NAT-1', status: 'case-received', person });
const letter = (id: string, file: string) =>
  said(id, { kind: 'document', type: 'letter', issuedOn: '2026-06-01', file });
const PDF = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(700_000, 'letter ')]);
const write = (name: string, content: Buffer | string) => writeFileSync(join(folder, name), content);

async function take(lines: readonly object[], from = files) {
  const bad: string[] = [];
  const summary = await agencyFeed({ agency, database, vault }, clock, { blobs, files: from }).take(
    (async function* () {
      for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })(),
    { badLine: (line, reason) => bad.push(`${line}: ${reason}`) },
  );
  return { summary, bad };
}

async function countBlobs(): Promise<number> {
  let count = 0;
  for await (const _ of blobs.ids()) count += 1;
  return count;
}

beforeEach(() => sql`truncate case_record, account_agency_number, change cascade`.execute(database));

describe('a document whose file stands in a folder beside the lines', () => {
  it('is looked at by a check, and kept nowhere', async () => {
    write('checked.pdf', PDF);
    const before = await countBlobs();
    const bad: string[] = [];
    const summary = await agencyFeed({ agency, database, vault }, clock, { blobs, files }).check(
      (async function* () {
        for (const line of [received, letter('c1', 'checked.pdf'), letter('c2', 'none.pdf')])
          yield Buffer.from(`${JSON.stringify(line)}\n`);
      })(),
      { badLine: (line, reason) => bad.push(`${line}: ${reason}`) },
    );
    expect(summary).toMatchObject({ added: 2, bad: 1 });
    expect(bad).toEqual(['3: its file is not in the folder']);
    expect(await countBlobs()).toBe(before);
    expect(await database.selectFrom('document').select('id').execute()).toEqual([]);
  });

  it('is kept byte for byte, whatever script its name is in', async () => {
    const names = ['letter.pdf', 'résumé – 2026.pdf', 'паспорт.pdf', '護照.pdf', 'رسالة.pdf', 'a 🛂.pdf'];
    for (const [at, name] of names.entries()) write(name, Buffer.concat([PDF, Buffer.from(String(at))]));
    const { bad } = await take([received, ...names.map((name, at) => letter(`d${at}`, name))]);
    expect(bad).toEqual([]);
    const accountId = await bareAccount(database, clock);
    await linkCase(database, { accountId, receipt: RECEIPT, how: 'claimed', at: clock.now() });
    const documents = makeDocuments({ database, vault, clock, blobs });
    const found: string[] = [];
    for (const { id } of await documents.documentsOf(accountId)) {
      const opened = await documents.openContent(accountId, id, 'en');
      if (opened.is !== 'open' || opened.name === null) throw new Error(opened.is);
      const content = await buffer(await opened.read());
      expect(content).toEqual(Buffer.concat([PDF, Buffer.from(String(names.indexOf(opened.name)))]));
      expect(createHash('sha256').update(content).digest()).toEqual(opened.sha256);
      found.push(opened.name);
    }
    expect(found.sort()).toEqual([...names].sort());
  });

  it('is a PDF, PNG or JPEG file by what it begins with, not by its name', async () => {
    write('picture.pdf', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]));
    write('scan', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1]));
    write('page.pdf', '<html><script>alert(1)</script></html>');
    write('empty.pdf', '');
    const { bad } = await take([
      received,
      letter('d1', 'picture.pdf'),
      letter('d2', 'scan'),
      letter('d3', 'page.pdf'),
      letter('d4', 'empty.pdf'),
    ]);
    const reason = 'its file is not a PDF, PNG or JPEG file';
    expect(bad).toEqual([`4: ${reason}`, `5: ${reason}`]);
    const accountId = await bareAccount(database, clock);
    await linkCase(database, { accountId, receipt: RECEIPT, how: 'claimed', at: clock.now() });
    const details = await makeDocuments({ database, vault, clock, blobs }).detailsOf(accountId);
    const kept = details.map(({ content }) =>
      content.is === 'file' ? [content.mediaType, content.name] : [],
    );
    expect(kept.sort()).toEqual([
      ['image/jpeg', 'scan.jpg'],
      ['image/png', 'picture.pdf.png'],
    ]);
  });

  it('is neither a link, nor a folder, nor a pipe, nor anywhere else, nor too large', async () => {
    write('real.pdf', PDF);
    symlinkSync(join(folder, 'real.pdf'), join(folder, 'link.pdf'));
    symlinkSync('/etc/passwd', join(folder, 'passwd.pdf'));
    mkdirSync(join(folder, 'folder.pdf'));
    execFileSync('mkfifo', [join(folder, 'pipe.pdf')]);
    write('large.pdf', '%PDF-1.7');
    truncateSync(join(folder, 'large.pdf'), LARGEST_FILE + 1);
    const before = await countBlobs();
    const names = ['link.pdf', 'passwd.pdf', 'folder.pdf', 'pipe.pdf', 'large.pdf', 'missing.pdf'];
    const { summary, bad } = await take([received, ...names.map((name) => letter(name, name))]);
    const unreadable = 'its file cannot be read, or is a link';
    expect(bad).toEqual([
      `2: ${unreadable}`,
      `3: ${unreadable}`,
      '4: its file is no ordinary file',
      '5: its file is no ordinary file',
      '6: its file has more than 20 MB',
      '7: its file is not in the folder',
    ]);
    expect([summary.added, await countBlobs()]).toEqual([1, before]);
  });

  it('is known again by its content and stored once, and is another with another content', async () => {
    write('again.pdf', PDF);
    await take([received, letter('d', 'again.pdf')]);
    const before = await countBlobs();
    expect((await take([letter('d', 'again.pdf')])).summary).toMatchObject({ known: 1, bad: 0 });
    write('again.pdf', Buffer.concat([PDF, PDF]));
    expect((await take([letter('d', 'again.pdf')])).bad).toEqual([
      '1: the event id is already known with other content',
    ]);
    expect(await countBlobs()).toBe(before);
  });

  it('leaves nothing in the storage where its line is refused, or is there twice', async () => {
    write('vain.pdf', PDF);
    await take([received]);
    const before = await countBlobs();
    const elsewhere = { ...letter('d1', 'vain.pdf'), receipt: 'ARC2190000043' };
    const missing = { ...letter('d2', 'vain.pdf'), replaces: 'nowhere' };
    const { summary } = await take([elsewhere, missing, letter('d', 'vain.pdf'), letter('d', 'vain.pdf')]);
    expect(summary).toEqual({ read: 4, added: 1, known: 1, bad: 2 });
    expect(await countBlobs()).toBe(before + 1);
  });

  it('leaves nothing in the storage where another one of its batch cannot be stored', async () => {
    write('whole.pdf', PDF);
    await take([received]);
    const before = await countBlobs();
    let left = 6;
    const full: typeof blobs = {
      ...blobs,
      put: (content, limit) =>
        left-- > 0 ? blobs.put(content, limit) : Promise.reject(new Error('the disk is full')),
    };
    const lines = Array.from({ length: 9 }, (_, at) => letter(`d${at}`, 'whole.pdf'));
    const feed = agencyFeed({ agency, database, vault }, clock, { blobs: full, files });
    const source = (async function* () {
      for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })();
    await expect(feed.take(source)).rejects.toThrow('the disk is full');
    expect(await countBlobs()).toBe(before);
  });

  it('is known again after it was cleared away, where all else is the same', async () => {
    write('cleared.pdf', PDF);
    await take([received, letter('d', 'cleared.pdf')]);
    rmSync(join(folder, 'cleared.pdf'));
    expect((await take([letter('d', 'cleared.pdf')])).summary).toMatchObject({ known: 1, bad: 0 });
    const { bad } = await take([
      { ...letter('d', 'cleared.pdf'), title: 'Another' },
      letter('d', 'another.pdf'),
      letter('new', 'cleared.pdf'),
      letter('s', 'cleared.pdf'),
    ]);
    const other = 'the event id is already known with other content';
    const missing = 'its file is not in the folder';
    expect(bad).toEqual([`1: ${other}`, `2: ${other}`, `3: ${missing}`, `4: ${missing}`]);
  });

  it('is not acknowledged where the storage fails', async () => {
    write('lost.pdf', PDF);
    const failing = { ...blobs, put: () => Promise.reject(new Error('the storage is gone')) };
    const feed = agencyFeed({ agency, database, vault }, clock, { blobs: failing, files });
    const source = (async function* () {
      for (const line of [received, letter('d', 'lost.pdf')]) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })();
    await expect(feed.take(source)).rejects.toThrow('the storage is gone');
    expect(await database.selectFrom('document').select('id').execute()).toEqual([]);
    expect((await take([received, letter('d', 'lost.pdf')])).summary).toMatchObject({ added: 2, bad: 0 });
  });
});
