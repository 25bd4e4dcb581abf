import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ARCADIA = join(import.meta.dirname, '../../agencies/arcadia');

/** A copy of the demonstration's agency with another policy. @returns its folder, for the caller to remove */
export async function agencyWith(policy: unknown): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'portico-agency-'));
  await cp(ARCADIA, folder, { recursive: true });
  const file = join(folder, 'agency.json');
  const agency: object = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...agency, policy }));
  return folder;
}
