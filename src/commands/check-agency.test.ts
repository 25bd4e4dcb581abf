import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../platform/clock/index.ts';
import { startProgram } from '../testing/process.ts';
import { runCheck } from './check-agency/check.ts';

const ARCADIA = join(import.meta.dirname, '../../agencies/arcadia');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A copy of the demonstration's agency. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'portico-check-agency-'));
  folders.push(folder);
  cpSync(ARCADIA, folder, { recursive: true });
  return folder;
}

function change(folder: string, file: string, from: string, to: string): void {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  expect(text, file).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

/** What the command says of a folder, without starting a program. */
async function check(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCheck(args, {
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    clock: systemClock,
  });
  return { code, out: out.join('\n'), err };
}

/** One fault in each file, and what is said of it. */
const FAULTS: readonly (readonly [file: string, from: string, to: string, said: string])[] = [
  ['agency.json', '"country"', '"land"', 'country: is missing'],
  [
    'agency.json',
    '"standard"',
    '"standard", "session": { "hours": "12" }',
    'policy.session.hours: must be a number',
  ],
  [
    'forms.json',
    '"code": "CARD-2"',
    '"code": "card"',
    'forms, "card", code: is not a form code, such as "ABC-1"',
  ],
  ['statuses.json', ', "es": "Revisión"', '', 'phase "review", label: no es'],
  [
    'offices.json',
    '"offices": [',
    '"offices": [,',
    'is not valid JSON: look at line 2, column 15, and just before',
  ],
  ['document-kinds.json', '"code"', '"kode"', 'is no field that Portico knows'],
  [
    'notices/transfer.json',
    'On <b>{moved}</b>',
    'On <b>{moved</b>',
    'version 1: block 1, en: what stands between { and } is no name, at letter 7',
  ],
  [
    'look/_theme.scss',
    '$on-band: #fff7ef',
    '$on-band: #98648f',
    '$on-band on $band: the contrast of #98648f on #481441 is',
  ],
  ['look/logo.svg', '<svg', '<svg onload="x()"', 'has a script'],
  [
    'look/ornament.svg',
    '<path',
    '<style>*{fill:red}</style><path',
    'has <style>; an ornament is of plain shapes',
  ],
  ['statements/terms.json', '"changedOn"', '"changed"', 'changedOn: is missing'],
  ['demo/people.json', '"born"', '"birth"', 'born: is missing'],
  ['demo/feed.ndjson', '{', '', 'line 1: is not valid JSON'],
];

describe('npm run check-agency', () => {
  it("finds nothing wrong with the demonstration's agency", async () => {
    const program = startProgram('commands/check-agency.js', [ARCADIA], {});
    expect(await program.ended).toBe(0);
    expect(program.err()).toBe('');
    expect(program.out()).toContain('nothing is wrong');
  });

  it('says every fault of every file at once, in plain words, with its file', async () => {
    const folder = copy();
    for (const [file, from, to] of FAULTS) change(folder, file, from, to);
    mkdirSync(join(folder, 'locales/es'), { recursive: true });
    writeFileSync(join(folder, 'locales/es/sign-in.json'), '{ "wait": "Espere" }');
    rmSync(join(folder, 'look/favicon.svg'));
    rmSync(join(folder, 'statements/privacy.json'));
    const { code, err } = await check(folder);
    expect(code).toBe(1);
    const said = [
      ...FAULTS.map(([file, , , reason]) => [file, reason] as const),
      ['locales/es/sign-in.json', 'wait: no {time}, which the English word has'] as const,
      ['look/favicon.svg', 'is missing'] as const,
      ['statements/privacy.json', 'is missing'] as const,
    ];
    for (const [file, reason] of said)
      expect(err.filter((line) => line.startsWith(`${file}: `)).join('\n')).toContain(reason);
    for (const line of err) expect(line).not.toMatch(/Error|✖|Invalid|expected|\bat .*\.[jt]s\b|ENOENT/);
  });

  it('takes an agency without an ornament, without a demonstration, and with its statements on a site of its own', async () => {
    const folder = copy();
    rmSync(join(folder, 'demo'), { recursive: true });
    rmSync(join(folder, 'statements/terms.json'));
    change(
      folder,
      'agency.json',
      '"terms": "text"',
      '"terms": { "en": "https://a.example", "es": "https://a.example" }',
    );
    rmSync(join(folder, 'look/ornament.svg'));
    change(folder, 'notices/interview.json', '"interview-scheduled"', '"interview-fixed"');
    expect((await check(folder)).err).toEqual([
      'notices/interview.json: asks: there is no status "interview-fixed" in statuses.json',
      'look/ornament.svg: is missing, and $ornament of look/_theme.scss shows it',
    ]);
    change(folder, 'notices/interview.json', '"interview-fixed"', '"interview-scheduled"');
    change(folder, 'look/_theme.scss', '  $ornament: 1.125rem,\n', '');
    expect(await check(folder)).toMatchObject({ code: 0, err: [] });
  });

  it('lists what a language says word for word like the first, without refusing it', async () => {
    const folder = copy();
    change(folder, 'forms.json', '"es": "Petición familiar"', '"es": "Family petition"');
    const { code, out } = await check(folder);
    expect(code).toBe(0);
    expect(out).toContain('forms.json: forms, "FAM-3", name: es is the same as en, word for word');
  });

  it('says of the demonstration of other forms a few lines, and how many more', async () => {
    const folder = copy();
    for (const file of ['forms.json', 'statuses.json']) {
      const path = join(folder, file);
      writeFileSync(path, readFileSync(path, 'utf8').replace(/[A-Z]+-\d(?=")/g, 'OWN-$&'));
    }
    const { code, err } = await check(folder);
    expect(code).toBe(1);
    expect(err).toHaveLength(11);
    expect(err[10]).toMatch(/^demo\/feed\.ndjson: \d+ more of \d+ lines are wrong; .* or remove demo\/$/);
  });

  it('says how it is called, and of no folder that its files are missing', async () => {
    expect(await check()).toMatchObject({ code: 2 });
    const { code, err } = await check(join(tmpdir(), 'portico-nowhere'));
    expect(code).toBe(1);
    for (const file of ['agency.json', 'forms.json', 'statuses.json', 'document-kinds.json', 'look/logo.svg'])
      expect(err).toContain(`${file}: is missing`);
  });
});

describe('a start with an agency that has faults', () => {
  it('says the same, and nothing starts', async () => {
    const folder = copy();
    change(folder, 'statuses.json', ', "es": "Revisión"', '');
    change(folder, 'agency.json', '"fictional": true', '"fictional": "yes"');
    const program = startProgram('main.js', [], {
      PORTICO_AGENCY: folder,
      PORTICO_DATA: join(folder, 'data'),
    });
    expect(await program.ended).toBe(2);
    expect(program.out()).toBe('');
    expect(program.err()).toBe(
      `Portico cannot start. The agency in ${folder} has faults:\n  agency.json: fictional: must be true or false\n  statuses.json: phase "review", label: no es\n`,
    );
  });
});
