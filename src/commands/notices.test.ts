import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agencyWith } from '../testing/agency.ts';
import { startProgram } from '../testing/process.ts';
import { readPdf } from '../testing/read-pdf.ts';

const folder = mkdtempSync(join(tmpdir(), 'portico-notices-'));
let agency: string;
beforeAll(async () => {
  agency = await agencyWith({ profile: 'standard' });
});
afterAll(() => {
  for (const each of [folder, agency]) rmSync(each, { recursive: true });
});

async function notices(command: 'check' | 'preview', ...args: string[]) {
  const program = startProgram(`commands/notices-${command}.js`, args, { PORTICO_AGENCY: agency });
  const code = await program.ended;
  return { code, out: program.out(), err: program.err() };
}

it('writes every notice in every language', async () => {
  expect(await notices('preview', folder)).toMatchObject({ code: 0, err: '' });
  const files = readdirSync(folder);
  expect(files).toHaveLength(16);
  const read = await readPdf(readFileSync(join(folder, 'request-for-evidence.es.pdf')));
  expect(read).toMatchObject({ language: 'es', title: 'Necesitamos más documentos de usted' });
  expect(await notices('preview', '--help')).toMatchObject({ code: 2 });
});

it('says that all are right, or what is wrong with which', async () => {
  expect(await notices('check')).toEqual({ code: 0, out: '8 notices in en, es: all are right\n', err: '' });
  const file = join(agency, 'notices/transfer.json');
  const right = readFileSync(file, 'utf8');
  writeFileSync(file, right.replace('On <b>{moved}</b>', 'On <b>{movedOn}</b> 陈'));
  const wrong = await notices('check');
  expect(wrong.code).toBe(1);
  expect(wrong.err).toContain('notices/transfer.json: version 1: block 1, en: no field "movedOn"');
  expect(wrong.err).toContain('notices/transfer.json: version 1: block 1, en: no font has "陈"');
  expect(await notices('preview', folder)).toMatchObject({ code: 2 });
  writeFileSync(file, right);
  writeFileSync(join(agency, 'look/logo.svg'), 'no picture');
  const unmade = await notices('check');
  expect(unmade.code).toBe(1);
  expect(unmade.err).toContain('notices/approval.json: cannot be made in en: ');
  writeFileSync(
    file,
    right.replace('"fields": {', '"fields": { "office": { "type": "name", "sample": "x" },'),
  );
  expect(await notices('check')).toEqual({
    code: 1,
    out: '8 notices in en, es: 1 fault\n',
    err: 'notices/transfer.json: version 1: field "office": nothing uses it\n',
  });
  expect(await notices('check', 'more')).toMatchObject({ code: 2 });
});
