import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedTest } from './tests.ts';

export type Chapter = {
  readonly number: string;
  readonly name: string;
  readonly requirements: readonly Requirement[];
};

type Requirement = { readonly id: string; readonly level: string; readonly asks: string };

type Status = 'met' | 'not applicable' | 'open';

/** What a person says of a requirement, of a section (`4.3`) or of a whole chapter (`10`). */
export type Answer = {
  readonly status: Status;
  readonly text: string;
  /** Where it can be read: `docs/x.md#heading`, or a file with a piece of its text in quotes. */
  readonly places: readonly string[];
};

export type Material = {
  readonly chapters: readonly Chapter[];
  readonly answers: ReadonlyMap<string, Answer>;
  readonly tests: readonly NamedTest[];
  /** The text of a file of the project, or null. */
  readonly read: (path: string) => string | null;
};

type Row = Requirement & {
  readonly status: Status;
  readonly text: string;
  readonly places: readonly string[];
  readonly tests: readonly NamedTest[];
};

const FOLDER = 'docs/security/asvs';
const REQUIREMENT = /^(\d+\.\d+\.\d+) L([123]) (.+)$/;
const ANSWER = /^([\d.]+) (met|not applicable|open): ([^|]+?)((?: \| [^|]+)*)$/;

/** The project's own folder as `Material.read` wants it. */
export const reader = (root: string) => (path: string) =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;

/** Reads the list of requirements and what was written of them by hand. @throws with the line that it cannot read */
export function readMaterial(read: Material['read'], tests: readonly NamedTest[]): Material {
  return {
    chapters: parseRequirements(read(`${FOLDER}/requirements.txt`) ?? ''),
    answers: parseAnswers(read(`${FOLDER}/answers.txt`) ?? ''),
    tests,
    read,
  };
}

export function parseRequirements(text: string): readonly Chapter[] {
  const chapters: Array<{ number: string; name: string; requirements: Requirement[] }> = [];
  for (const line of content(text)) {
    const heading = /^## (\d+) (.+)$/.exec(line);
    if (heading !== null) {
      const [, number = '', name = ''] = heading;
      chapters.push({ number, name, requirements: [] });
      continue;
    }
    const [, id = '', level = '', asks = ''] = REQUIREMENT.exec(line) ?? unreadable(line);
    chapters.at(-1)?.requirements.push({ id, level, asks });
  }
  return chapters;
}

export function parseAnswers(text: string): ReadonlyMap<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const line of content(text)) {
    const [, of = '', status = '', said = '', places = ''] = ANSWER.exec(line) ?? unreadable(line);
    if (status !== 'met' && status !== 'open' && status !== 'not applicable') return unreadable(line);
    if (answers.has(of)) throw new Error(`answered twice: ${of}`);
    answers.set(of, { status, text: said, places: places.split(' | ').slice(1) });
  }
  return answers;
}

const content = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line !== '' && !/^#( |$)/.test(line));

function unreadable(line: string): never {
  throw new Error(`cannot be read: ${line}`);
}

/** Everything that keeps the document from being true. */
export function faultsOf(material: Material): readonly string[] {
  const { chapters, answers, tests, read } = material;
  const known = new Set(chapters.flatMap(({ requirements }) => requirements.map(({ id }) => id)));
  const used = new Set<string>();
  const faults: string[] = [];
  for (const { file, title, shows } of tests) {
    if (/\bASVS\b/.test(title)) faults.push(`${file}: a tag that cannot be read in "${title}"`);
    for (const id of shows)
      if (!known.has(id)) faults.push(`${file}: no requirement ${id}, which "${title}" shows`);
  }
  for (const id of known) {
    const shown = tests.some(({ shows }) => shows.includes(id));
    const key = keyOf(id, shown, answers);
    const answer = answers.get(key ?? '');
    if (key === undefined || answer === undefined) {
      if (!shown) faults.push(`${id}: neither a test nor an answer`);
      continue;
    }
    used.add(key);
    if (answer.status === 'not applicable' && shown)
      faults.push(`${id}: not applicable, and yet a test shows it`);
    if (answer.status === 'met' && !shown && answer.places.length === 0)
      faults.push(`${id}: said to be met, without a test or a place`);
  }
  for (const [of, { places }] of answers) {
    if (!used.has(of)) faults.push(`${of}: answered, and no requirement needs the answer`);
    for (const place of places) if (!isThere(place, read)) faults.push(`${of}: not there: ${place}`);
  }
  return faults;
}

/** What answers a requirement: itself; and where no test shows it its section or its chapter. */
function keyOf(id: string, shown: boolean, answers: Material['answers']): string | undefined {
  const [chapter = '', section = ''] = id.split('.');
  return (shown ? [id] : [id, `${chapter}.${section}`, chapter]).find((each) => answers.has(each));
}

const QUOTED = /^(\S+) "(.+)"$/;

function isThere(place: string, read: Material['read']): boolean {
  const [, file = '', text = ''] = QUOTED.exec(place) ?? [];
  if (file !== '') return read(file)?.includes(text) === true;
  const [path = '', anchor] = place.split('#');
  const document = read(path);
  if (document === null || anchor === undefined || !path.endsWith('.md')) return false;
  return document.split('\n').some((line) => /^#+ /.test(line) && anchorOf(line) === anchor);
}

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
    .replaceAll(' ', '-');

/** The document, from material without faults. */
export function writeDocument(material: Material): string {
  const chapters = material.chapters.map(({ number, name, requirements }) => ({
    number,
    name,
    rows: requirements.map((requirement) => rowOf(requirement, material)),
  }));
  const all = chapters.flatMap(({ rows }) => rows);
  const count = (rows: readonly Row[]) =>
    STATUSES.map((status) => rows.filter((row) => row.status === status).length);
  const totals = [
    ...['1', '2', '3'].map((level) => {
      const rows = all.filter((row) => row.level === level);
      return [`Level ${level}${level === '3' ? ' of chapters 6, 7 and 8' : ''}`, ...count(rows), rows.length];
    }),
    ['**All**', ...count(all), all.length],
  ];
  return `# ASVS 5.0

Where Portico stands on each requirement of the [OWASP Application Security Verification
Standard](https://github.com/OWASP/ASVS) 5.0.0 of levels 1 and 2, and of level 3 in chapters 6, 7 and 8. It is our own
judgement, of the profile \`strict\`; nobody outside the project has checked it. What \`standard\` allows beside it is in
[agencies.md](../agencies.md#policy), and said at every start.

- **met**: the tests that are named would fail if it were not, or the place that is named says or does it.
- **not applicable**: there is nothing here that it could be about, and why.
- **open**: what is missing. Tests named beside it show the part that is there.

Written by \`npm run asvs\` from the names of tests, which say \`(ASVS 6.5.1)\`, from [the list of
requirements](asvs/requirements.txt) and from [what is said of them by hand](asvs/answers.txt); a test fails when it is
stale or claims what is not there. The requirements are told in short and in our own words, under the [licence of the
standard](asvs/LICENSE.md), CC BY-SA 4.0; © OWASP.

${table(['', ...STATUSES, 'requirements'], totals)}
${table(
  ['Chapter', ...STATUSES],
  chapters.map(({ number, name, rows }) => [
    `[${number} ${name}](#${anchorOf(`# ${number} ${name}`)})`,
    ...count(rows),
  ]),
)}
${chapters.map(({ number, name, rows }) => `## ${number} ${name}\n\n${table(HEAD, rows.map(cellsOf))}`).join('\n')}`;
}

const STATUSES = ['met', 'not applicable', 'open'] as const;
const HEAD = ['', 'Level', 'Asks', 'Status', 'Shown by'];

function rowOf(requirement: Requirement, { answers, tests }: Material): Row {
  const shown = tests.filter(({ shows }) => shows.includes(requirement.id));
  const key = keyOf(requirement.id, shown.length > 0, answers) ?? '';
  const { status, text, places } = answers.get(key) ?? { status: 'met', text: '', places: [] };
  return { ...requirement, status, text, places, tests: shown };
}

function cellsOf({ id, level, asks, status, text, places, tests }: Row): readonly string[] {
  const links = [
    ...places.map(linkOf),
    ...tests.map(({ file, title }) => `[${escaped(title)}](../../${file})`),
  ];
  const told = [...(text === '' ? [] : [`${escaped(text)}.`]), links.join('; ')].filter(Boolean).join(' ');
  return [id, level, asks, status === 'open' ? '**open**' : status, told];
}

function linkOf(place: string): string {
  const [, file = '', text = ''] = QUOTED.exec(place) ?? [];
  if (file !== '') return `[\`${text.replaceAll('|', '\\|')}\`](../../${file})`;
  const [path = '', anchor = ''] = place.split('#');
  const from = path.startsWith('docs/security/') ? path.slice('docs/security/'.length) : `../../${path}`;
  return `[${escaped(anchor.replaceAll('-', ' '))}](${from}#${anchor})`;
}

const escaped = (text: string): string => text.replaceAll(/[|[\]<*_`]/g, '\\$&');

function table(head: readonly string[], rows: ReadonlyArray<ReadonlyArray<string | number>>): string {
  const line = (cells: ReadonlyArray<string | number>) => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}`;
}
