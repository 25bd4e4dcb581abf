import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { CLAMD_FAULT, type ClamdAddress, readClamd } from './clamd.ts';
import { unknownNames } from './names.ts';
import {
  inEnvironment,
  readFilled,
  SECRETS,
  type Secret,
  SecretFault,
  type SecretName,
  withSecretFiles,
} from './secrets.ts';
import { readSender, type Sender } from './sender.ts';
import { type StorageConfig, storageFaults, storageOf, storageSettings } from './storage.ts';
import { encrypted, isDatabaseOpen, isDatabasePlain, isMailPlain, isThisMachine } from './wires.ts';

const port = z.coerce.number().int().min(0).max(65535);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const SMS_TEMPLATE = '{"to":"{to}","text":"{text}"}';
const SENDER_FAULT = 'not an address, or a name with one such as: Agency <no-reply@agency.example>';
const SMS_TEMPLATE_FAULT = 'not JSON with {to} and {text} in its texts';

const Environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).optional(),
  NODE_ENV: z.string().optional(),
  PORTICO_DEMO: flag.optional(),
  PORTICO_DATA: z.string().min(1).default('.portico'),
  PORTICO_AGENCY: z.string().min(1).optional(),
  PORTICO_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  PORTICO_KEY_RING: z.string().min(1).optional(),
  PORTICO_BREACHED_PASSWORDS: z.string().min(1).optional(),
  PORTICO_METRICS_PORT: port.optional(),
  PORTICO_TLS_CERTIFICATE: z.string().min(1).optional(),
  PORTICO_TLS_KEY: z.string().min(1).optional(),
  PORTICO_TRUSTED_PROXIES: z.string().optional(),
  PORTICO_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_OWNER_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  PORTICO_MAIL_FROM: z
    .string()
    .refine((text) => readSender(text) !== null, SENDER_FAULT)
    .optional(),
  PORTICO_SMS_URL: z.url({ protocol: /^https?$/ }).optional(),
  PORTICO_SMS_AUTHORIZATION: z
    .string()
    .regex(/^[!-~]+( [!-~]+)*$/, 'not the value of a header')
    .optional(),
  PORTICO_BOUNCE_SECRET: z
    .string()
    .regex(/^[!-~]{32,}$/, 'not 32 or more letters, digits and signs')
    .optional(),
  ...storageSettings,
  PORTICO_CLAMD: z
    .string()
    .refine((text) => readClamd(text) !== null, CLAMD_FAULT)
    .optional(),
  PORTICO_SMS_BODY: z.string().refine(isSmsTemplate, SMS_TEMPLATE_FAULT).default(SMS_TEMPLATE),
});

/** The names of all that there is to be set. */
const KNOWN = [...Object.keys(Environment.shape), ...SECRETS.map((name) => `${name}_FILE`)];

/** All that the process was told from outside, checked and typed. */
export type Config = {
  readonly root: string;
  readonly port: number;
  readonly host: string;
  readonly demo: boolean;
  /** The settings for whose sake this is no demonstration, where nothing says so in so many words. */
  readonly demoTurnedOffBy: readonly string[];
  readonly dataFolder: string;
  readonly agencyFolder: string;
  readonly publicUrl: URL;
  readonly keyRingPath: string;
  /** Whether a missing key ring is made at first start: in the demonstration only. */
  readonly createKeyRing: boolean;
  /** File of passwords that were stolen somewhere; null where there is none. */
  readonly breachedPasswords: string | null;
  readonly metrics: { readonly port: number; readonly required: boolean };
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
  /** Files of the certificate that pages are served with; null for plain HTTP. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  /** Settings outside the demonstration by which something travels unencrypted, or to whom was not checked. */
  readonly unencrypted: readonly string[];
  /** Settings outside the demonstration whose secret stands in the environment itself. */
  readonly secretsInEnvironment: readonly string[];
  readonly database:
    | { readonly is: 'embedded' }
    | {
        readonly is: 'url';
        readonly url: Secret;
        /** The same database, as the role that owns its tables, where another one serves. */
        readonly ownerUrl: Secret | null;
      };
  readonly mail:
    | { readonly is: 'mailbox' }
    | { readonly is: 'smtp'; readonly url: Secret; readonly from: Sender };
  /** What the mail provider carries when it says that mail came back; null where it does not. */
  readonly bounceSecret: Secret | null;
  /** Where the contents of documents are kept, sealed. */
  readonly storage: StorageConfig;
  /** What looks for harm in files that people send; null for nothing. */
  readonly clamd: ClamdAddress | null;
  /** Where text messages go. With `none` they are not offered. */
  readonly sms:
    | { readonly is: 'mailbox' }
    | {
        readonly is: 'gateway';
        readonly url: string;
        /** The whole header, such as `Bearer …`. */
        readonly authorization: Secret;
        /** JSON in whose texts `{to}` and `{text}` stand for the number and the message. */
        readonly body: string;
      }
    | { readonly is: 'none' };
};

export type ConfigResult =
  | { readonly is: 'config'; readonly config: Config }
  | { readonly is: 'faults'; readonly faults: readonly string[] };

const DEMO_AGENCY = 'agencies/arcadia';
const METRICS_PORT = 9464;
const DATABASES = ['DATABASE_URL', 'DATABASE_OWNER_URL'] as const;
const DATABASE_OPEN =
  'say how another machine is reached: ?sslmode=verify-full, or disable on a network that is yours alone';
const NEEDED = [
  'PORTICO_AGENCY',
  'PORTICO_PUBLIC_URL',
  'PORTICO_KEY_RING',
  'DATABASE_URL',
  'SMTP_URL',
  'PORTICO_MAIL_FROM',
] as const;

/** What is set up for real people only. */
const MEANT = ['SMTP_URL', 'PORTICO_SMS_URL', 'PORTICO_KEY_RING'] as const;

const TOGETHER = [
  ['PORTICO_SMS_AUTHORIZATION', 'PORTICO_SMS_URL'],
  ['PORTICO_SMS_URL', 'PORTICO_SMS_AUTHORIZATION'],
  ['PORTICO_TLS_CERTIFICATE', 'PORTICO_TLS_KEY'],
  ['PORTICO_TLS_KEY', 'PORTICO_TLS_CERTIFICATE'],
  ['DATABASE_URL', 'DATABASE_OWNER_URL'],
  ['PORTICO_S3_ACCESS_KEY_ID', 'PORTICO_S3_SECRET_ACCESS_KEY'],
  ['PORTICO_S3_SECRET_ACCESS_KEY', 'PORTICO_S3_ACCESS_KEY_ID'],
] as const;

/**
 * Reads the configuration from an environment, and the secrets from the files that it names.
 * @param root the project's folder, against which relative paths are read
 * @returns the configuration, or every fault of it at once, each naming its variable
 */
export function readConfig(environment: Record<string, string | undefined>, root: string): ConfigResult {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const { given, files, unread } = withSecretFiles(set, root);
  /** The variable that a setting was given by. */
  const by = (name: string) => (files.has(name) ? `${name}_FILE` : name);
  const parsed = Environment.safeParse(given);
  const faults = [
    ...[...unknownNames(set, KNOWN)].map(
      ({ name, nearest }) => `${name}: no setting has this name; the nearest is ${nearest}`,
    ),
    ...[...unread].map(([name, fault]) => `${name}_FILE: ${fault}`),
    ...(parsed.error?.issues ?? []).map((issue) => `${by(issue.path.join('.'))}: ${issue.message}`),
  ];
  const faulty = new Set([
    ...unread.keys(),
    ...(parsed.error?.issues ?? []).map((issue) => String(issue.path[0])),
  ]);
  // What is wrong by itself is left out, so that the rest is still checked together.
  const env =
    parsed.data ??
    Environment.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name))));
  const production = env.NODE_ENV === 'production';
  const tls =
    env.PORTICO_TLS_CERTIFICATE === undefined || env.PORTICO_TLS_KEY === undefined
      ? null
      : {
          certificate: resolve(root, env.PORTICO_TLS_CERTIFICATE),
          key: resolve(root, env.PORTICO_TLS_KEY),
        };
  const publicUrl = new URL(
    env.PORTICO_PUBLIC_URL ?? `${tls === null ? 'http' : 'https'}://localhost:${env.PORT}`,
  );
  // Whoever sets up mail, keys or a public address means it: the demonstration then has to be asked for.
  const meant = [
    ...MEANT.filter((name) => env[name] !== undefined),
    ...(publicUrl.protocol === 'https:' && !isThisMachine(publicUrl.hostname) ? ['PORTICO_PUBLIC_URL'] : []),
  ];
  const demo = env.PORTICO_DEMO ?? (!production && meant.length === 0);
  const demoTurnedOffBy = env.PORTICO_DEMO === undefined && !production ? meant.map(by) : [];
  if (demo && production)
    faults.push('PORTICO_DEMO: the demonstration does not run with NODE_ENV=production');

  if (!demo) {
    for (const name of NEEDED)
      if (env[name] === undefined && !faulty.has(name))
        faults.push(`${name}: needed outside the demonstration`);
    if (env.PORTICO_PUBLIC_URL !== undefined && publicUrl.protocol !== 'https:')
      faults.push('PORTICO_PUBLIC_URL: must be https outside the demonstration');
    if (demoTurnedOffBy.length > 0 && NEEDED.some((name) => env[name] === undefined))
      faults.push(
        `PORTICO_DEMO: ${demoTurnedOffBy.join(' and ')} turns the demonstration off; say true to have it all the same, or false if that is meant`,
      );
  } else if (publicUrl.protocol !== 'https:' && !isThisMachine(publicUrl.hostname)) {
    faults.push('PORTICO_PUBLIC_URL: http is for this machine only; another host needs https');
  } else if (publicUrl.protocol !== 'https:' && tls !== null) {
    faults.push('PORTICO_PUBLIC_URL: must be https with PORTICO_TLS_CERTIFICATE');
  }
  if (publicUrl.href !== `${publicUrl.origin}/`)
    faults.push('PORTICO_PUBLIC_URL: must be an origin without a path');
  const smsUrl = env.PORTICO_SMS_URL === undefined ? null : new URL(env.PORTICO_SMS_URL);
  if (smsUrl?.protocol === 'http:' && !isThisMachine(smsUrl.hostname))
    faults.push('PORTICO_SMS_URL: http is for a gateway on this machine only; another host needs https');
  if (smsUrl !== null && (smsUrl.username !== '' || smsUrl.password !== ''))
    faults.push('PORTICO_SMS_URL: secrets belong in PORTICO_SMS_AUTHORIZATION');
  faults.push(...storageFaults(env, faulty));
  for (const [name, other] of TOGETHER)
    if (env[name] === undefined && env[other] !== undefined && !faulty.has(name))
      faults.push(`${name}: needed with ${other}`);
  for (const name of DATABASES)
    if (!demo && env[name] !== undefined && isDatabaseOpen(env[name]))
      faults.push(`${by(name)}: ${DATABASE_OPEN}`);
  const trustedProxies = listed(env.PORTICO_TRUSTED_PROXIES);
  for (const proxy of trustedProxies)
    if (!isNetwork(proxy))
      faults.push(`PORTICO_TRUSTED_PROXIES: "${proxy}" is not an IP address or a network such as 10.0.0.0/8`);
  if (faults.length > 0) return { is: 'faults', faults };

  const secret = (name: SecretName, value: string): Secret => {
    const file = files.get(name);
    return file === undefined ? () => value : () => readSecret(name, file, demo);
  };
  const dataFolder = resolve(root, env.PORTICO_DATA);
  return {
    is: 'config',
    config: {
      root,
      port: env.PORT,
      host: hostOf(env.HOST, tls !== null),
      demo,
      demoTurnedOffBy,
      dataFolder,
      agencyFolder: resolve(root, env.PORTICO_AGENCY ?? DEMO_AGENCY),
      publicUrl,
      keyRingPath:
        env.PORTICO_KEY_RING === undefined
          ? join(dataFolder, 'key-ring.json')
          : resolve(root, env.PORTICO_KEY_RING),
      createKeyRing: demo && env.PORTICO_KEY_RING === undefined,
      breachedPasswords:
        env.PORTICO_BREACHED_PASSWORDS === undefined ? null : resolve(root, env.PORTICO_BREACHED_PASSWORDS),
      metrics: {
        port: env.PORTICO_METRICS_PORT ?? METRICS_PORT,
        required: env.PORTICO_METRICS_PORT !== undefined,
      },
      trustedProxies,
      logLevel: env.PORTICO_LOG_LEVEL ?? (demo ? 'warn' : 'info'),
      tls,
      unencrypted: demo ? [] : unencrypted(env),
      secretsInEnvironment: demo ? [] : [...inEnvironment(set)],
      database:
        env.DATABASE_URL === undefined
          ? { is: 'embedded' }
          : {
              is: 'url',
              url: secret('DATABASE_URL', env.DATABASE_URL),
              ownerUrl:
                env.DATABASE_OWNER_URL === undefined
                  ? null
                  : secret('DATABASE_OWNER_URL', env.DATABASE_OWNER_URL),
            },
      mail: env.SMTP_URL === undefined ? { is: 'mailbox' } : smtpOf(secret('SMTP_URL', env.SMTP_URL), env),
      sms: smsOf(env, demo, secret),
      bounceSecret:
        env.PORTICO_BOUNCE_SECRET === undefined
          ? null
          : secret('PORTICO_BOUNCE_SECRET', env.PORTICO_BOUNCE_SECRET),
      storage: storageOf(env, { root, dataFolder, secret }),
      clamd: env.PORTICO_CLAMD === undefined ? null : readClamd(env.PORTICO_CLAMD),
    },
  };
}

/** What a file has now is checked like what it had at the start. */
function readSecret(name: SecretName, file: string, demo: boolean): string {
  const refuse = (why: string) => new SecretFault(`${name}_FILE`, why);
  let text: string;
  try {
    text = readFilled(file);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  const [issue] = Environment.shape[name].safeParse(text).error?.issues ?? [];
  if (issue !== undefined) throw refuse(`${file}: ${issue.message}`);
  if (!demo && name.startsWith('DATABASE_') && isDatabaseOpen(text))
    throw refuse(`${file}: ${DATABASE_OPEN}`);
  return text;
}

/**
 * The settings by which something travels that is not encrypted, or whose other end was not checked (ASVS 12.3.1,
 * 12.3.3). The loopback counts: any process of the machine can listen there in another's place.
 */
function unencrypted(env: z.infer<typeof Environment>): readonly string[] {
  return [
    ...(env.PORTICO_TLS_CERTIFICATE === undefined ? ['PORTICO_TLS_CERTIFICATE'] : []),
    ...DATABASES.filter((name) => env[name] !== undefined && isDatabasePlain(env[name])),
    ...(env.PORTICO_CLAMD?.startsWith('tcp:') === true ? ['PORTICO_CLAMD'] : []),
    ...(env.SMTP_URL !== undefined && isMailPlain(env.SMTP_URL) ? ['SMTP_URL'] : []),
    ...(['PORTICO_SMS_URL', 'PORTICO_S3_ENDPOINT'] as const).filter((name) => env[name]?.startsWith('http:')),
  ];
}

/**
 * The address to listen on. With a server of our own making, as TLS needs one, Fastify listens on one address, so that
 * "localhost" has to be either.
 */
function hostOf(host = 'localhost', hasTls: boolean): string {
  return hasTls && host === 'localhost' ? '127.0.0.1' : host;
}

/** Who sends the mail of a demonstration that has a mail server. */
const NOBODY: Sender = { name: '', address: 'portico@localhost' };

function smtpOf(url: Secret, { PORTICO_MAIL_FROM: from }: z.infer<typeof Environment>): Config['mail'] {
  return { is: 'smtp', url: () => encrypted(url()), from: readSender(from ?? '') ?? NOBODY };
}

function smsOf(
  env: z.infer<typeof Environment>,
  demo: boolean,
  secret: (name: SecretName, value: string) => Secret,
): Config['sms'] {
  const { PORTICO_SMS_URL: url, PORTICO_SMS_AUTHORIZATION: authorization, PORTICO_SMS_BODY: body } = env;
  if (url === undefined || authorization === undefined) return { is: demo ? 'mailbox' : 'none' };
  return { is: 'gateway', url, authorization: secret('PORTICO_SMS_AUTHORIZATION', authorization), body };
}

/** Whether a text is JSON that has both placeholders in its texts. */
function isSmsTemplate(text: string): boolean {
  const texts: string[] = [];
  try {
    JSON.parse(text, (_, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
    });
  } catch {
    return false;
  }
  return ['{to}', '{text}'].every((placeholder) => texts.some((each) => each.includes(placeholder)));
}

function listed(text = ''): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

/** An address, or a network with the number of its fixed bits. */
function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)];
  if (most === undefined || most === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
}
