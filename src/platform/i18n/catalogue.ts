import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';

const Messages = z.record(z.string(), z.string());

/** The language in which every message is there; another falls back to it where it lacks one. */
export const REFERENCE_LANGUAGE = 'en';

/** All messages of one language, keyed `module.name`, in ICU MessageFormat. */
export type Catalogue = ReadonlyMap<string, string>;

/**
 * Reads every `*.json` of one language folder; the file's name is the first part of each key. Empty without the folder.
 * @throws when a file is not a flat object of strings
 */
export function readCatalogue(folder: string): Catalogue {
  const catalogue = new Map<string, string>();
  if (!existsSync(folder)) return catalogue;
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()) {
    const module = basename(file, '.json');
    const messages = Messages.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    for (const [name, message] of Object.entries(messages)) catalogue.set(`${module}.${name}`, message);
  }
  return catalogue;
}
