import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folder of what was built for browsers in the look of an agency as it is now, found by what is in its `look/`. Nothing in it
 * changes: another build has another folder (`scripts/ensure.mjs`).
 * @param root Portico's own folder
 * @throws when this look has not been built
 */
export function builtLook(root: string, agencyFolder: string): string {
  const look = join(agencyFolder, 'look');
  const hash = createHash('sha256');
  for (const name of existsSync(look) ? readdirSync(look, { recursive: true, encoding: 'utf8' }).sort() : [])
    if (statSync(join(look, name)).isFile())
      hash
        .update(`${name}\0`)
        .update(readFileSync(join(look, name)))
        .update('\0');
  const folder = join(root, 'dist/looks', hash.digest('hex').slice(0, 16));
  if (!existsSync(join(folder, 'current')))
    throw new Error(
      `The look of the agency in ${agencyFolder} has not been built as it is now. Run: npm run build`,
    );
  return join(folder, readFileSync(join(folder, 'current'), 'utf8'));
}
