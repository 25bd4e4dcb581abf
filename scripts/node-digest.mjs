// Whether the project's own Node is the program that was tested. The lock file covers the package `node`; the program itself is
// fetched by that package's install script, from another package that no lock file names.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** SHA-256 of the program, by version, then by system and processor. Look them up anew with each upgrade of Node. */
const DIGESTS = {
  '24.21.0': {
    'linux-x64': '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
    'linux-arm64': '0f8949d1028f6d61506b2d5bc57e7e6fe893d7b1997509b7847294fc9c616584',
    'win32-x64': 'ba4e6d110e8c1592a1ecd390f6b05f3da124b13871a5be62b341a07a853c6c32',
  },
};

/**
 * @param file the program
 * @param machine its system and processor, such as `linux-x64`
 * @returns `right`, `wrong`, or `unknown` where nobody has looked at the program of such a machine
 */
export function judgeNode(file, version, machine) {
  const wanted = DIGESTS[version]?.[machine];
  if (wanted === undefined) return 'unknown';
  return createHash('sha256').update(readFileSync(file)).digest('hex') === wanted ? 'right' : 'wrong';
}
