import { join, resolve } from 'node:path';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');

const Environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).optional(),
  NODE_ENV: z.string().optional(),
  PORTICO_DEMO: flag.optional(),
  PORTICO_DATA: z.string().min(1).default('.portico'),
  PORTICO_AGENCY: z.string().min(1).default('agencies/arcadia'),
  PORTICO_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  PORTICO_KEY_RING: z.string().min(1).optional(),
  PORTICO_METRICS_PORT: port.optional(),
  PORTICO_TRUSTED_PROXIES: z.string().optional(),
  PORTICO_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  PORTICO_MAIL_FROM: z.string().min(3).optional(),
});

/** All that the process was told from outside, checked and typed. */
export type Config = {
  readonly root: string;
  readonly port: number;
  readonly host: string;
  readonly demo: boolean;
  readonly dataFolder: string;
  readonly agencyFolder: string;
  readonly publicUrl: URL;
  readonly keyRingPath: string;
  /** Whether a missing key ring is made at first start: in the demonstration only. */
  readonly createKeyRing: boolean;
  readonly metrics: { readonly port: number; readonly required: boolean };
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: string;
  readonly database: { readonly is: 'embedded' } | { readonly is: 'url'; readonly url: string };
  readonly mail:
    | { readonly is: 'mailbox' }
    | { readonly is: 'smtp'; readonly url: string; readonly from: string };
};

export type ConfigResult =
  | { readonly is: 'config'; readonly config: Config }
  | { readonly is: 'faults'; readonly faults: readonly string[] };

const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);
const METRICS_PORT = 9464;

/**
 * Reads the configuration from an environment.
 * @param root the project's folder, against which relative paths are read
 * @returns the configuration, or every fault of it at once, each naming its variable
 */
export function readConfig(environment: Record<string, string | undefined>, root: string): ConfigResult {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(given);
  if (!parsed.success) {
    return {
      is: 'faults',
      faults: parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    };
  }
  const env = parsed.data;
  const faults: string[] = [];
  const production = env.NODE_ENV === 'production';
  const demo = env.PORTICO_DEMO ?? !production;
  if (demo && production)
    faults.push('PORTICO_DEMO: the demonstration does not run with NODE_ENV=production');

  const publicUrl = new URL(env.PORTICO_PUBLIC_URL ?? `http://localhost:${env.PORT}`);
  if (!demo) {
    if (env.PORTICO_PUBLIC_URL === undefined)
      faults.push('PORTICO_PUBLIC_URL: needed outside the demonstration');
    else if (publicUrl.protocol !== 'https:')
      faults.push('PORTICO_PUBLIC_URL: must be https outside the demonstration');
    if (env.PORTICO_KEY_RING === undefined) faults.push('PORTICO_KEY_RING: needed outside the demonstration');
    if (env.DATABASE_URL === undefined) faults.push('DATABASE_URL: needed outside the demonstration');
    if (env.SMTP_URL === undefined) faults.push('SMTP_URL: needed outside the demonstration');
    if (env.PORTICO_MAIL_FROM === undefined)
      faults.push('PORTICO_MAIL_FROM: needed outside the demonstration');
  } else if (publicUrl.protocol !== 'https:' && !LOCAL_HOSTS.has(publicUrl.hostname)) {
    faults.push('PORTICO_PUBLIC_URL: http is for this machine only; another host needs https');
  }
  if (publicUrl.pathname !== '/' || publicUrl.search !== '')
    faults.push('PORTICO_PUBLIC_URL: must be an origin without a path');
  if (faults.length > 0) return { is: 'faults', faults };

  const dataFolder = resolve(root, env.PORTICO_DATA);
  return {
    is: 'config',
    config: {
      root,
      port: env.PORT,
      host: env.HOST ?? 'localhost',
      demo,
      dataFolder,
      agencyFolder: resolve(root, env.PORTICO_AGENCY),
      publicUrl,
      keyRingPath:
        env.PORTICO_KEY_RING === undefined
          ? join(dataFolder, 'key-ring.json')
          : resolve(root, env.PORTICO_KEY_RING),
      createKeyRing: demo && env.PORTICO_KEY_RING === undefined,
      metrics: {
        port: env.PORTICO_METRICS_PORT ?? METRICS_PORT,
        required: env.PORTICO_METRICS_PORT !== undefined,
      },
      trustedProxies: (env.PORTICO_TRUSTED_PROXIES ?? '')
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
      logLevel: env.PORTICO_LOG_LEVEL ?? (demo ? 'warn' : 'info'),
      database: env.DATABASE_URL === undefined ? { is: 'embedded' } : { is: 'url', url: env.DATABASE_URL },
      mail:
        env.SMTP_URL === undefined
          ? { is: 'mailbox' }
          : { is: 'smtp', url: env.SMTP_URL, from: env.PORTICO_MAIL_FROM ?? 'portico@localhost' },
    },
  };
}
