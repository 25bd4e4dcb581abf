import { appendFileSync, copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { pinnedNode } from './ensure.mjs';
import { judgeNode } from './node-digest.mjs';

const folder = mkdtempSync(join(tmpdir(), 'portico-node-'));
afterAll(() => rmSync(folder, { recursive: true }));
const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
const machine = `${process.platform}-${process.arch}`;

it('the program of the project’s Node is the one that was tested, and no other is', () => {
  const changed = join(folder, 'node');
  copyFileSync(pinnedNode, changed);
  appendFileSync(changed, 'x');
  // A machine for which nobody has looked is no reason to fail; the systems of our own tests are.
  const known = ['linux-x64', 'linux-arm64', 'win32-x64'].includes(machine);
  expect(judgeNode(pinnedNode, dependencies.node, machine)).toBe(known ? 'right' : 'unknown');
  expect(judgeNode(changed, dependencies.node, machine)).toBe(known ? 'wrong' : 'unknown');
  expect(judgeNode(pinnedNode, dependencies.node, 'linux-mips')).toBe('unknown');
});
