import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { type Config, readConfig } from '../config/index.ts';
import { openFoundation } from './index.ts';

const root = join(import.meta.dirname, '../../..');
const { url } = await freshDatabase();
const temporary = mkdtempSync(join(tmpdir(), 'portico-foundation-'));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
let serial = 0;

function config(environment: Record<string, string> = {}): Config {
  const read = readConfig(
    {
      PORTICO_DEMO: 'true',
      DATABASE_URL: url,
      PORTICO_DATA: join(temporary, `data-${++serial}`),
      ...environment,
    },
    root,
  );
  if (read.is === 'faults') throw new Error(read.faults.join('\n'));
  return read.config;
}

/** A copy of the built-in agency with changes. */
function agency(changes: Record<string, unknown>): string {
  const folder = join(temporary, `agency-${++serial}`);
  cpSync(join(root, 'agencies/arcadia'), folder, { recursive: true });
  const file = join(folder, 'agency.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...changes }));
  return folder;
}
const opens = async (given: Config) => {
  const foundation = await openFoundation(given, 'server');
  await foundation.close();
};

describe('the foundation', () => {
  it('stands on a migrated database and a key ring of its own, and closes', async () => {
    const given = config();
    const foundation = await openFoundation(given, 'server');
    expect(await foundation.database.selectFrom('account').selectAll().execute()).toEqual([]);
    const { wrapped } = foundation.vault.newDataKey();
    await foundation.close();
    const again = await openFoundation(given, 'server');
    expect(again.vault.openDataKey(wrapped)).toBeDefined();
    await again.close();
  });

  it('makes a data folder that is closed to other users', async () => {
    const given = config();
    await opens(given);
    expect(statSync(given.dataFolder).mode & 0o777).toBe(0o700);
    expect(statSync(join(given.dataFolder, 'portico.lock')).mode & 0o777).toBe(0o600);
  });

  it('makes no key ring where one was named or outside the demonstration', async () => {
    const missing = join(temporary, 'none.json');
    const given = config({ PORTICO_KEY_RING: missing });
    await expect(openFoundation(given, 'server')).rejects.toThrow(missing);
    expect(existsSync(missing)).toBe(false);
    // And it lets go of the folder.
    await opens({ ...given, keyRingPath: join(temporary, 'made.json'), createKeyRing: true });
  });

  it('refuses a damaged key ring (ASVS 16.5.3)', async () => {
    const damaged = join(temporary, 'damaged.json');
    writeFileSync(damaged, '{"version":1}', { mode: 0o600 });
    await expect(openFoundation(config({ PORTICO_KEY_RING: damaged }), 'server')).rejects.toThrow('damaged');
  });

  it('refuses a database that does not answer, and lets go of the folder', async () => {
    const given = config({ DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none' });
    await expect(openFoundation(given, 'server')).rejects.toThrow();
    await opens({ ...given, database: { is: 'url', url: () => url, ownerUrl: null } });
  });

  it('is for one server at a time, and a command may come beside it', async () => {
    const given = config();
    const foundation = await openFoundation(given, 'server');
    const command = await openFoundation(given, 'command');
    await expect(openFoundation(given, 'server')).rejects.toThrow(
      `already running with the data in ${given.dataFolder}`,
    );
    await command.close();
    await expect(openFoundation(given, 'server')).rejects.toThrow('already running');
    await foundation.close();
    await opens(given);
  });

  it('never lets a demonstration, whose passwords are published, become an agency, nor the other way (ASVS 6.3.2)', async () => {
    const given = config();
    await opens(given);
    await expect(opens({ ...given, demo: false })).rejects.toThrow('published passwords');
    const other = await freshDatabase();
    const agencys = config({ DATABASE_URL: other.url });
    await opens({ ...agencys, demo: false });
    await expect(opens(agencys)).rejects.toThrow('belongs to an agency');
    expect(await other.database.selectFrom('account').selectAll().execute()).toEqual([]);
  });

  it('refuses an agency whose language has no words', async () => {
    const folder = agency({
      languages: ['en', 'xx'],
      name: { en: 'A', xx: 'A' },
      shortName: { en: 'A', xx: 'A' },
      country: { en: 'A', xx: 'A' },
      receipt: { patterns: ['A########'], example: 'A12345678', hint: { en: 'A', xx: 'A' } },
      contact: { phone: '1', email: 'a@b.example', hours: { en: 'A', xx: 'A' }, address: ['A'] },
    });
    await expect(openFoundation(config({ PORTICO_AGENCY: folder }), 'server')).rejects.toThrow('"xx"');
  });
});

describe('the official banner', () => {
  const officialBanner = { suffixes: ['.gov.example'], text: { en: 'Official', es: 'Oficial' } };
  const at = (publicUrl: string, changes: Record<string, unknown>) =>
    opens(config({ PORTICO_PUBLIC_URL: publicUrl, PORTICO_AGENCY: agency({ officialBanner, ...changes }) }));

  it('is for a real agency on its own host', async () => {
    await expect(at('https://portal.gov.example', { fictional: false })).resolves.toBeUndefined();
  });

  it.each([
    ['http://localhost:3000', false],
    ['https://portal.example', false],
    ['https://portal.gov.example.evil.example', false],
    ['https://portalgov.example', false],
    ['https://portal.gov.example:8443', true],
    ['https://portal.gov.example', true],
  ])('is refused at %s of an agency that is fictional: %s', async (publicUrl, fictional) => {
    await expect(at(publicUrl, { fictional })).rejects.toThrow('officialBanner');
  });
});
