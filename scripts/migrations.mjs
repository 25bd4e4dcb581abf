// Writes the hash of each new migration into migrations/sha256sums, and refuses any other change of them; with --check, only says
// whether the list has every file as it is.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../migrations');

/**
 * What is wrong with a folder of migrations, which are only ever appended: databases have the old ones.
 * @param listed the lines of the list, each a hash and a name as `sha256sum` writes them
 * @param files the hash of each file by its name
 * @returns the lines of those that are new, and the faults of all others
 */
export function compareMigrations(listed, files) {
  const known = new Map(listed.map((line) => line.split('  ').toReversed()));
  const faults = [];
  for (const [name, hash] of known) {
    if (!files.has(name)) faults.push(`${name} is gone: put it back`);
    else if (files.get(name) !== hash)
      faults.push(`${name} was changed: put it back, and write what is new into the next one`);
  }
  const last = [...known.keys()].sort().at(-1) ?? '';
  const added = [...files.keys()].filter((name) => !known.has(name)).sort();
  for (const name of added)
    if (name < last) faults.push(`${name} comes before ${last}: number it after that`);
  return { added: added.map((name) => `${files.get(name)}  ${name}`), faults };
}

function main() {
  const list = join(folder, 'sha256sums');
  const listed = existsSync(list) ? readFileSync(list, 'utf8').split('\n').filter(Boolean) : [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql'));
  const hash = (name) =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  const { added, faults } = compareMigrations(listed, new Map(names.map((name) => [name, hash(name)])));
  const isCheck = process.argv.includes('--check');
  if (isCheck && added.length > 0) faults.push('migrations/sha256sums is behind: npm run migrations');
  if (faults.length > 0) {
    process.stderr.write(`${faults.join('\n')}\n`);
    return 1;
  }
  if (!isCheck) writeFileSync(list, [...listed, ...added].map((line) => `${line}\n`).join(''));
  return 0;
}

if (process.argv[1] === import.meta.filename) process.exit(main());
