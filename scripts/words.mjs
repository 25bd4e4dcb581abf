// Writes locales/words.d.ts from the English words; with --check, only says whether it is up to date and
// whether every language has the same keys, the same arguments and no word that nobody uses.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, TYPE } from '@formatjs/icu-messageformat-parser';

const root = join(import.meta.dirname, '..');
const locales = join(root, 'locales');
const output = join(locales, 'words.d.ts');
const reference = 'en';

const languages = readdirSync(locales, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const problems = [];

function read(language) {
  const words = new Map();
  for (const file of readdirSync(join(locales, language))
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const entries = JSON.parse(readFileSync(join(locales, language, file), 'utf8'));
    for (const [name, message] of Object.entries(entries)) {
      const key = `${basename(file, '.json')}.${name}`;
      try {
        words.set(key, argumentsOf(parse(message)));
      } catch (error) {
        problems.push(`${language}: ${key}: ${error.message}`);
      }
    }
  }
  return words;
}

function argumentsOf(elements, found = new Map()) {
  for (const element of elements) {
    if (element.type === TYPE.argument) set(found, element.value, 'string | number');
    if (element.type === TYPE.number || element.type === TYPE.plural) set(found, element.value, 'number');
    if (element.type === TYPE.select) set(found, element.value, 'string');
    if (element.type === TYPE.date || element.type === TYPE.time) set(found, element.value, 'Date');
    if (element.type === TYPE.tag) {
      set(found, element.value, 'tag');
      argumentsOf(element.children, found);
    }
    if (element.options)
      for (const option of Object.values(element.options)) argumentsOf(option.value, found);
  }
  return found;
}

// A plural's own {count} may be written again as a plain argument; the narrower type wins.
function set(found, name, type) {
  if (!found.has(name) || found.get(name) === 'string | number') found.set(name, type);
}

const english = read(reference);
const lines = [...english].map(([key, found]) => {
  const fields = [...found].map(
    ([name, type]) => `${JSON.stringify(name)}: ${type === 'tag' ? 'never' : type}`,
  );
  return `  ${JSON.stringify(key)}: ${fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`};`;
});
const generated = `// Written by scripts/words.mjs from locales/${reference}. Do not edit.
export type WordArguments = {
${lines.join('\n')}
};
export type WordKey = keyof WordArguments;
`;

for (const language of languages.filter((name) => name !== reference)) {
  const words = read(language);
  for (const [key, found] of english) {
    if (!words.has(key)) problems.push(`${language}: missing ${key}`);
    else {
      const [a, b] = [found, words.get(key)].map((map) => [...map.keys()].sort().join(', '));
      if (a !== b) problems.push(`${language}: ${key} takes {${b}}, ${reference} takes {${a}}`);
    }
  }
  for (const key of words.keys())
    if (!english.has(key)) problems.push(`${language}: ${key} is not in ${reference}`);
}

if (process.argv.includes('--check')) {
  const sources = readdirSync(join(root, 'src'), { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
    .join('\n');
  for (const key of english.keys()) {
    if (!sources.includes(`'${key}'`) && !sources.includes(`"${key}"`)) problems.push(`unused: ${key}`);
  }
  let current = '';
  try {
    current = readFileSync(output, 'utf8');
  } catch {}
  if (current !== generated) problems.push('locales/words.d.ts is out of date: run npm run words');
} else {
  writeFileSync(output, generated);
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
