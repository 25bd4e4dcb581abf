import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const sources = globSync(['src/**/*.{ts,tsx}', 'client/**/*.ts'], {
  cwd: root,
  // Tests, and what they are made of: none of it is built.
  exclude: ['src/**/*.test.{ts,tsx}', 'src/testing/**', 'src/house/**'],
}).map((file) => ({
  file: file.replaceAll('\\', '/'),
  // Comments may name what the code must not use.
  text: readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, ''),
}));

/** Every place of a pattern, as the file and what matched. */
const uses = (pattern: RegExp, within = '') =>
  sources
    .filter(({ file }) => file.startsWith(within))
    .flatMap(({ file, text }) => [...text.matchAll(pattern)].map(([found]) => `${file}: ${found}`))
    .sort();
const files = (found: readonly string[]) => [...new Set(found.map((use) => use.split(':')[0] ?? ''))];

describe('the source', () => {
  it('is all looked at', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(uses(/\bcreateCipheriv\(/g)).toEqual(['src/platform/crypto/ciphers.ts: createCipheriv(']);
  });

  it('makes no SQL of text, but where migrations are read and key columns are named (ASVS 1.2.4)', () => {
    expect(uses(/\bsql\.(raw|lit)\(\w*|\.query\(`/g)).toEqual([
      'src/platform/crypto/rewrap.ts: sql.raw(type',
      'src/platform/database/migrations.ts: sql.raw(text',
    ]);
  });

  it('starts other programs for the embedded PostgreSQL only, and never through a shell (ASVS 1.2.5)', () => {
    expect(files(uses(/from 'node:child_process'/g))).toEqual(['src/platform/database/embedded.ts']);
    expect(uses(/\bexec(Sync)?\(|\bshell:/g, 'src/platform/database/embedded.ts')).toEqual([]);
  });

  it('runs no code that was made of text, and makes regular expressions of constants (ASVS 1.2.9, 1.3.2)', () => {
    expect(uses(/\beval\(|\bnew Function\(|\bnode:vm\b|set(?:Timeout|Interval)\(\s*['"`]/g)).toEqual([]);
    // Each of these was read: its pattern is a constant, or stands in the data of a library.
    expect(files(uses(/\bnew RegExp\(/g))).toEqual([
      'src/platform/crypto/typed-codes.ts',
      'src/platform/http/form.ts',
      'src/platform/postal/judge.ts',
      'src/records/cases/person.ts',
    ]);
  });

  it('puts text into a page as text (ASVS 3.2.2)', () => {
    expect(uses(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment/gi)).toEqual(
      [],
    );
  });

  it('leaves pasting and password managers alone (ASVS 6.2.7)', () => {
    expect(uses(/['"`](?:before)?paste['"`]|onpaste/g)).toEqual([]);
    expect(uses(/autocomplete="off"/g).filter((use) => /password/i.test(use))).toEqual([]);
  });

  it('asks by HTTP only servers that its operator names, and none of them can send it elsewhere (ASVS 1.3.6, 13.2.4, 15.3.2)', () => {
    expect(uses(/\bfetch\([^)]*|from 'node:https'|\brequest\(|\bhttp\.get\(|\bundici\b/g, 'src/')).toEqual([
      // A method of a copy of somebody's data, which only has the name.
      "src/identity/settings/data-export/data-export.ts: fetch(owner: Pick<Session, 'accountId' | 'key'>",
      'src/identity/settings/data-export/routes.tsx: fetch(session',
      expect.stringMatching(
        /^src\/platform\/messages\/transports\.ts: fetch\(url, \{\n +method: 'POST',\n +redirect: 'error',/,
      ),
      // Serves, and asks nobody.
      "src/platform/tls/tls.ts: from 'node:https'",
    ]);
    // The object store of documents, where its operator names one.
    expect(files(uses(/from '@aws-sdk\//g))).toEqual(['src/platform/storage/s3.ts']);
  });

  it('takes nothing random from where it can be guessed (ASVS 6.5.3, 11.5.1)', () => {
    expect(uses(/Math\.random/g)).toEqual([]);
  });

  it('encrypts by AES-256-GCM and hashes by SHA-256, and by nothing else (ASVS 11.3.1, 11.3.2, 11.4.1)', () => {
    const named = (pattern: RegExp) => [...new Set(uses(pattern).map((use) => use.split(': ')[1]))];
    expect(named(/\bcreate(?:C|Dec)ipheriv\('[^']*'/g)).toEqual([
      "createCipheriv('aes-256-gcm'",
      "createDecipheriv('aes-256-gcm'",
    ]);
    expect(named(/\bcreate(?:Hash|Hmac)\('[^']*'/g).sort()).toEqual([
      "createHash('sha1'",
      "createHash('sha256'",
      "createHmac('sha256'",
    ]);
    // Authenticator apps know no other by default, and what makes SHA-1 weak does not touch HMAC (RFC 6238 §1.2).
    // Lists of stolen passwords name each by it; nothing rests on that name.
    expect(uses(/'SHA-?1'|'md5'|'sha1'/gi)).toEqual([
      "src/identity/credentials/authenticator-app/authenticator-app.ts: 'SHA1'",
      "src/identity/credentials/passwords/breached.ts: 'sha1'",
    ]);
  });

  it('keeps nothing in the storage of the browser (ASVS 14.3.3)', () => {
    expect(uses(/localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open/g)).toEqual([]);
  });

  it('begins a session only in files that the overview names as a way in (ASVS 6.3.4)', () => {
    const overview = readFileSync(join(root, 'docs/security/overview.md'), 'utf8');
    const ways = files(uses(/\bsessions\.begin(?:ning)?\(/g, 'src/'));
    expect(ways).toEqual([
      'src/identity/entry/recovery/renew.ts',
      'src/identity/entry/sign-in/sign-in.ts',
      'src/identity/entry/sign-up/sign-up.ts',
    ]);
    for (const file of ways) expect([file, overview.includes(file)]).toEqual([file, true]);
  });

  it('is measured and walked through by the modules that are built of it', () => {
    const named = ['bench/lib/product.ts', 'e2e/built.ts'].flatMap((file) => [
      ...readFileSync(join(root, file), 'utf8').matchAll(
        /typeof import\('(?:\.\.\/)+src\/([\w/-]+)\.tsx?'\)[^']*'([\w/-]+)\.js'/g,
      ),
    ]);
    expect(named.length).toBeGreaterThan(15);
    for (const [, typed, built] of named) expect(built).toBe(typed);
  });

  it('writes each table in one room', () => {
    const tables = new Set(
      sources
        .filter(({ file }) => file.endsWith('tables.generated.ts'))
        .flatMap(({ text }) => [...text.matchAll(/^ {2}(\w+): [A-Z]\w+;$/gm)].map(([, table = '']) => table)),
    );
    expect(tables.size).toBeGreaterThan(30);
    const writes =
      /(?:\binsert into|(?<!for (?:no key )?|do )\bupdate|\bdelete from)\s+(\w+)|(?:insertInto|updateTable|deleteFrom)\('(\w+)/g;
    const rooms = new Map<string, Set<string>>();
    for (const { file, text } of sources)
      for (const [, inSql, inKysely] of text.matchAll(writes)) {
        const table = inSql ?? inKysely ?? '';
        const room = dirname(file).slice('src/'.length);
        if (tables.has(table)) rooms.set(table, (rooms.get(table) ?? new Set()).add(room));
      }
    const several = [...rooms]
      .filter(([, each]) => each.size > 1)
      .map(([table, each]) => [table, [...each].sort()]);
    // Those of before there was this rule; it may only get shorter.
    expect(Object.fromEntries(several)).toEqual({
      account: [
        'identity/core/accounts',
        'identity/session/alarm',
        'identity/session/sessions',
        'identity/settings/closing',
      ],
      account_email: ['identity/core/accounts', 'identity/core/addresses'],
      account_phone: ['identity/core/phones', 'identity/credentials/sms-codes', 'identity/session/alarm'],
      backup_code: ['identity/core/open-recoveries', 'identity/credentials/backup-codes'],
      email_addition: ['identity/session/alarm', 'identity/settings/emails'],
      known_device: ['identity/core/devices', 'identity/settings/password-change'],
      password: ['identity/core/accounts', 'identity/entry/sign-in', 'identity/settings/password-change'],
      recovery: ['identity/core/open-recoveries', 'identity/entry/recovery'],
      replaced_backup_codes: [
        'identity/core/open-recoveries',
        'identity/credentials/backup-codes',
        'identity/session/alarm',
      ],
      security_question: ['identity/credentials/security-questions', 'identity/session/alarm'],
      sign_in: [
        'identity/entry/recovery',
        'identity/entry/sign-in',
        'identity/session/alarm',
        'identity/session/sessions',
        'identity/settings/closing',
        'identity/settings/password-change',
      ],
    });
    expect(files(uses(/append_changes/g))).toEqual(['src/records/changes/changes.ts']);
  });

  it('asks by one condition whether an account may read a case', () => {
    expect(uses(/\blink\.account_id = \$\{/g)).toEqual(['src/records/cases/store.ts: link.account_id = ${']);
    // A claim looks whether a case is anybody's, and a key whether it is.
    expect(files(uses(/\bcase_link\b/g, 'src/').filter((use) => !use.includes('generated')))).toEqual([
      'src/records/cases/store.ts',
      'src/records/cases/tables.ts',
      'src/records/cases/writing.ts',
      'src/records/claims/store.ts',
    ]);
  });
});
