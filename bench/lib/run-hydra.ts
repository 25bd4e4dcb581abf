import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor } from './visitor.ts';

export type Attack = {
  readonly folder: string;
  readonly port: number;
  readonly address: string;
  readonly identifier: string;
  /** Tried in this order. */
  readonly words: readonly string[];
  readonly seconds: number;
};

export const hydraIsThere = (): boolean => spawnSync('hydra', ['-h']).error === undefined;

/**
 * Has hydra (https://github.com/vanhauser-thc/thc-hydra) guess at an account through the form of the sign-in. It cannot
 * read the form's token from a page, so it is handed one with its cookie: what stops it is not that it has none.
 * @returns the passwords that it believes to have found
 */
export async function runHydra(attack: Attack): Promise<readonly string[]> {
  const { folder, port, address, identifier, words, seconds } = attack;
  const visitor = await Visitor.come(port, { device: null, address });
  const { cookie, token } = visitor.secrets;
  visitor.leave();
  const [list, found] = [join(folder, 'words.txt'), join(folder, 'found.txt')];
  writeFileSync(list, `${words.join('\n')}\n`);
  writeFileSync(found, '');
  const form = [
    '/sign-in',
    `_csrf=${token}&return=%2Fhome&identifier=^USER^&password=^PASS^`,
    `H=Cookie\\: ${cookie}`,
    `H=X-Forwarded-For\\: ${address}`,
    'g=',
    // Where a right password leads. It stands last whatever hydra's own help says.
    'S=sign-in.code',
  ].join(':');
  const target = ['-s', String(port), '127.0.0.1', 'http-post-form', form];
  const child = spawn(
    'hydra',
    ['-l', identifier, '-P', list, '-t', '16', '-f', '-I', '-o', found, ...target],
    {
      cwd: folder,
      stdio: 'ignore',
    },
  );
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const timer = setTimeout(() => child.kill('SIGINT'), seconds * 1000);
  await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  process.off('exit', killWithUs);
  return [...readFileSync(found, 'utf8').matchAll(/password: (.+)$/gm)].map(([, password = '']) => password);
}
