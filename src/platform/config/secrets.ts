import { resolve } from 'node:path';
import { readSecretFile } from '../secret-file/index.ts';

/** What may be given as a file instead, by the same name and `_FILE`, as secrets managers write them. */
export const SECRETS = [
  'DATABASE_URL',
  'DATABASE_OWNER_URL',
  'SMTP_URL',
  'PORTICO_SMS_AUTHORIZATION',
  'PORTICO_BOUNCE_SECRET',
  'PORTICO_S3_SECRET_ACCESS_KEY',
] as const;
/** Those that are no address with a password in it, but a secret as a whole. */
const WHOLE: readonly string[] = [
  'PORTICO_SMS_AUTHORIZATION',
  'PORTICO_BOUNCE_SECRET',
  'PORTICO_S3_SECRET_ACCESS_KEY',
];
/** What libraries read unasked: that of the database, and that of object stores. */
const UNASKED = ['PGPASSWORD', 'AWS_SECRET_ACCESS_KEY'];
export type SecretName = (typeof SECRETS)[number];

/**
 * A secret as it is now: asked for each time that it is used, since a file may have a newer one.
 * @throws naming the setting and its file, and nothing that is in it
 */
export type Secret = () => string;

/** A file has no secret that could be used any more. */
export class SecretFault extends Error {
  /** The setting that names it. */
  readonly code: string;
  constructor(setting: string, why: string) {
    super(`${setting}: ${why}`);
    this.code = setting;
  }
}

/**
 * The same variables, with those that were given as a file.
 * @returns with the files by the names of what they hold, and why one could not be read
 */
export function withSecretFiles(set: Record<string, string | undefined>, root: string) {
  const given = { ...set };
  const files = new Map<string, string>();
  const unread = new Map<string, string>();
  for (const name of SECRETS) {
    const path = set[`${name}_FILE`];
    if (path === undefined) continue;
    const file = resolve(root, path);
    files.set(name, file);
    if (set[name] !== undefined) unread.set(name, `${name} is given too; leave out one of them`);
    else
      try {
        given[name] = readFilled(file);
      } catch (error) {
        unread.set(name, error instanceof Error ? error.message : String(error));
      }
  }
  return { given, files, unread };
}

/** The text of a file of one line, as it is now. */
export function readFilled(file: string): string {
  const text = readSecretFile(file).trim();
  if (text === '') throw new Error(`${file} is empty`);
  return text;
}

/** The settings of an environment that hold a secret themselves (ASVS 13.3.1). */
export function* inEnvironment(set: Record<string, string | undefined>): Generator<string> {
  for (const name of SECRETS) {
    const value = set[name];
    if (value === undefined) continue;
    const url = URL.parse(value);
    const password = `${url?.password ?? ''}${url?.searchParams.get('password') ?? ''}`;
    if (WHOLE.includes(name) || password !== '') yield name;
  }
  for (const name of UNASKED) if (set[name] !== undefined) yield name;
}
