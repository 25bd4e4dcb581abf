// npm run asvs: writes docs/security/asvs.md from the names of the tests and from docs/security/asvs/.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, pinnedNode, root } from './ensure.mjs';

ensureInstalled();
const [major = '0'] = process.versions.node.split('.');
if (Number(major) < 24) {
  // Older ones do not read TypeScript.
  const { spawnSync } = await import('node:child_process');
  process.exit(spawnSync(pinnedNode, [import.meta.filename], { stdio: 'inherit' }).status ?? 1);
}
const { faultsOf, reader, readMaterial, writeDocument } = await import('./evidence/asvs.ts');
const { readTests } = await import('./evidence/tests.ts');

const material = readMaterial(reader(root), readTests(root));
const faults = faultsOf(material);
if (faults.length > 0) {
  console.error(faults.join('\n'));
  process.exit(1);
}
writeFileSync(join(root, 'docs/security/asvs.md'), writeDocument(material));
