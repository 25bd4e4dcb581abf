import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ESTree, parseSync, Visitor } from 'vite';

/** A test as its source names it. */
export type NamedTest = {
  /** Its file, from the project's folder. */
  readonly file: string;
  /** The names of its groups and its own, as one sentence, without tags. */
  readonly title: string;
  /** The requirements of ASVS 5.0 that its name, or the name of a group around it, says it shows. */
  readonly shows: readonly string[];
};

/** `(ASVS 6.5.1, 6.5.3)`, anywhere in a name. */
const TAG = / ?\(ASVS (\d+\.\d+\.\d+(?:, \d+\.\d+\.\d+)*)\)/g;

/** Every test of the project that runs: beside the source, and the journeys. */
export function readTests(root: string): readonly NamedTest[] {
  return globSync(['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts', 'e2e/**/*.spec.ts'], { cwd: root })
    .sort()
    .flatMap((file) => testsIn(readFileSync(join(root, file), 'utf8'), file.replaceAll('\\', '/')));
}

/** The tests that a source names. What is skipped or still to be written shows nothing, so it is left out. */
export function testsIn(source: string, file: string): readonly NamedTest[] {
  const { program } = parseSync(file, source);
  const around: Array<ReturnType<typeof readCall>> = [];
  const found: NamedTest[] = [];
  new Visitor({
    CallExpression: (node) => {
      const call = readCall(node);
      around.push(call);
      if (call?.is !== 'test') return;
      const names = around.flatMap((outer) => (outer === null ? [] : [outer.name]));
      if (around.some((outer) => outer?.skipped === true)) return;
      found.push({
        file,
        title: names.map((name) => name.replaceAll(TAG, '')).join(' '),
        shows: names.flatMap((name) => [...name.matchAll(TAG)].flatMap(([, ids = '']) => ids.split(', '))),
      });
    },
    'CallExpression:exit': () => void around.pop(),
  }).visit(program);
  return found;
}

/** What `it('…', …)`, `it.each(…)('…', …)`, `describe('…', …)` and `test.describe('…', …)` name; null for the rest. */
function readCall(
  node: ESTree.CallExpression,
): { is: 'test' | 'group'; name: string; skipped: boolean } | null {
  const name = textOf(node.arguments[0]);
  const words = calleeOf(node.callee);
  const [first] = words;
  if (name === null || (first !== 'it' && first !== 'test' && first !== 'describe')) return null;
  if (!words.slice(1).every((word) => WORDS.has(word))) return null;
  return {
    is: words.includes('describe') ? 'group' : 'test',
    name,
    skipped: words.some((word) => word === 'skip' || word === 'todo' || word === 'fixme'),
  };
}

const WORDS = new Set([
  'each',
  'for',
  'only',
  'concurrent',
  'sequential',
  'describe',
  'skip',
  'todo',
  'fixme',
]);

/** `it.each(rows)` as `['it', 'each']`. */
function calleeOf(node: ESTree.Expression): readonly string[] {
  if (node.type === 'Identifier') return [node.name];
  if (node.type === 'CallExpression') return calleeOf(node.callee);
  if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier')
    return [...calleeOf(node.object), node.property.name];
  return [];
}

function textOf(node: ESTree.Argument | undefined): string | null {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral') return node.quasis.map(({ value }) => value.cooked ?? '').join('…');
  return null;
}
