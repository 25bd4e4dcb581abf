import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  faultsOf,
  type Material,
  parseAnswers,
  parseRequirements,
  reader,
  readMaterial,
  writeDocument,
} from './asvs.ts';
import { readTests, testsIn } from './tests.ts';

const root = join(import.meta.dirname, '../..');
const tests = readTests(root);
const material = readMaterial(reader(root), tests);

describe('the evidence', () => {
  it('claims nothing that is not there, and leaves no requirement out', () => {
    expect(faultsOf(material)).toEqual([]);
  });

  it('is what npm run asvs writes', () => {
    expect(readFileSync(join(root, 'docs/security/asvs.md'), 'utf8')).toBe(writeDocument(material));
  });

  it('has every requirement of levels 1 and 2, and of chapters 6, 7 and 8 level 3', () => {
    const levels = material.chapters.flatMap(({ requirements }) => requirements.map(({ level }) => level));
    expect(['1', '2', '3'].map((level) => levels.filter((each) => each === level).length)).toEqual([
      70, 183, 19,
    ]);
  });
});

describe('documents on security', () => {
  it('name tests that there are', () => {
    const titles = new Set(tests.map(({ file, title }) => `${file}: ${title}`));
    const named = globSync('docs/security/*.md', { cwd: root }).flatMap((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return [...text.matchAll(/\[((?:[^\]\\]|\\.)+)\]\(\.\.\/\.\.\/([^)]+\.(?:test|spec)\.tsx?)\)/g)].map(
        ([, title = '', test = '']) => `${test}: ${title.replaceAll(/\\(.)/g, '$1')}`,
      );
    });
    expect(named.length).toBeGreaterThan(150);
    expect(named.filter((each) => !titles.has(each))).toEqual([]);
  });

  it('lead to files that there are', () => {
    const links = globSync('docs/security/*.md', { cwd: root }).flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(
        ([, link = '']) => join(file, '..', link),
      ),
    );
    expect(links.length).toBeGreaterThan(200);
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
  });
});

describe('what keeps the document true', () => {
  const chapters = parseRequirements('# A comment.\n## 1 One\n1.1.1 L1 First\n1.1.2 L2 Second\n');
  const test = { file: 'a.test.ts', title: 'it holds', shows: ['1.1.1'] };
  const files: Record<string, string> = {
    'docs/a.md': '# A\n\n## Two words, `here`\n',
    'src/a.ts': 'const a = 1;',
  };
  const faults = (answers: string, changes: Partial<Material> = {}) =>
    faultsOf({
      chapters,
      answers: parseAnswers(answers),
      tests: [test],
      read: (path) => files[path] ?? null,
      ...changes,
    });

  it.each([
    ['a test and an answer', '1.1.2 open: why'],
    ['an answer of a section', '1.1 not applicable: why'],
    ['an answer of a chapter', '1 open: why'],
    ['a heading', '1.1.2 met: why | docs/a.md#two-words-here'],
    ['a line of code', '1.1.2 met: why | src/a.ts "const a = 1;"'],
    ['a test with something missing', '1.1.1 open: why\n1.1.2 open: why'],
  ])('takes %s', (_, answers) => {
    expect(faults(answers)).toEqual([]);
  });

  it.each([
    ['1.1.2: neither a test nor an answer', ''],
    ['1.1.2: said to be met, without a test or a place', '1.1.2 met: why'],
    ['1.1.2: not there: docs/a.md#three', '1.1.2 met: why | docs/a.md#three'],
    ['1.1.2: not there: docs/a.md', '1.1.2 met: why | docs/a.md'],
    ['1.1.2: not there: docs/b.md#a', '1.1.2 met: why | docs/b.md#a'],
    ['1.1.2: not there: src/a.ts "const b"', '1.1.2 met: why | src/a.ts "const b"'],
    ['1.1.1: not applicable, and yet a test shows it', '1.1.1 not applicable: why\n1.1.2 open: why'],
    ['1.1.3: answered, and no requirement needs the answer', '1.1.2 open: why\n1.1.3 open: why'],
    ['2: answered, and no requirement needs the answer', '1.1.2 open: why\n2 open: why'],
  ])('finds the fault %s', (fault, answers) => {
    expect(faults(answers)).toEqual([fault]);
  });

  it('finds a tag of no requirement, and one that cannot be read', () => {
    expect(faults('1.1.2 open: why', { tests: [test, { ...test, shows: ['9.9.9'] }] })).toEqual([
      'a.test.ts: no requirement 9.9.9, which "it holds" shows',
    ]);
    const unread = { ...test, title: 'it holds (ASVS 1.1)' };
    expect(faults('1 open: why', { tests: [unread] })).toContain(
      'a.test.ts: a tag that cannot be read in "it holds (ASVS 1.1)"',
    );
  });

  it.each(['1.1.2 perhaps: why', '1.1.2 met', 'met: why', '1.1.2 open: a\n1.1.2 open: b'])(
    'does not take %j for an answer',
    (answers) => {
      expect(() => parseAnswers(answers)).toThrow(/cannot be read|twice/);
    },
  );

  it('reads the names of tests with those around them, and leaves out what does not run', () => {
    const source = `
      describe('a door (ASVS 1.1.1)', () => {
        it('opens (ASVS 1.1.2, 1.2.3)', () => { it('is not within'); });
        it.each([['it(x)']])('says %s', (x) => {});
        test.describe(\`in \${language}\`, () => { test('greets', { tag: '@rule' }, async () => {}); });
        it.skip('is skipped (ASVS 1.1.2)', () => {});
        it.todo('is to be written');
        other('is no test'); it.use('neither');
      });
      describe.skip('a wall', () => { it('stands (ASVS 1.1.1)', () => {}); });`;
    expect(testsIn(source, 'a.test.ts').map(({ title, shows }) => [title, shows])).toEqual([
      ['a door opens', ['1.1.1', '1.1.2', '1.2.3']],
      ['a door opens is not within', ['1.1.1', '1.1.2', '1.2.3']],
      ['a door says %s', ['1.1.1']],
      ['a door in … greets', ['1.1.1']],
    ]);
  });
});
