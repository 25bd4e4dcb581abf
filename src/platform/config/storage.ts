import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Secret } from './secrets.ts';
import { isThisMachine } from './wires.ts';

/** A bucket by its name, and what the names of all objects begin with. */
const S3 = /^s3:\/\/([a-z\d][a-z\d.-]{1,61}[a-z\d])(?:\/([\w./-]*))?$/;
const LOCATION_FAULT = 's3:// is followed by the name of a bucket, and by a prefix if you want one';

/** The variables that say where blobs are kept. */
export const storageSettings = {
  PORTICO_STORAGE: z
    .string()
    .min(1)
    .refine((text) => !text.includes('://') || S3.test(text), LOCATION_FAULT)
    .optional(),
  PORTICO_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  PORTICO_S3_REGION: z
    .string()
    .regex(/^[\w-]+$/, 'not the name of a region')
    .optional(),
  PORTICO_S3_PATH_STYLE: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  PORTICO_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  PORTICO_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
};

type Settings = z.infer<z.ZodObject<typeof storageSettings>>;

/** Where the contents of documents are kept. */
export type StorageConfig =
  | { readonly is: 'folder'; readonly folder: string }
  | {
      readonly is: 's3';
      readonly bucket: string;
      /** What the names of all objects begin with; empty, or with a slash at its end. */
      readonly prefix: string;
      /** Null for Amazon's own. */
      readonly endpoint: string | null;
      readonly region: string;
      /** Whether the bucket stands in the path of an address, and not in its host name. */
      readonly pathStyle: boolean;
      /** Null where the library finds them: the role of the machine, a file of its own. */
      readonly credentials: { readonly keyId: string; readonly secret: Secret } | null;
      /** A folder of this machine for what is on its way. */
      readonly incoming: string;
    };

/** What is wrong in the settings taken together. @param faulty those that are wrong by themselves */
export function storageFaults(env: Settings, faulty: ReadonlySet<string>): readonly string[] {
  if (faulty.has('PORTICO_STORAGE')) return [];
  const { PORTICO_STORAGE: location, PORTICO_S3_ENDPOINT: endpoint, PORTICO_S3_REGION: region } = env;
  if (location === undefined || !S3.test(location))
    return Object.keys(storageSettings)
      .filter((name) => name !== 'PORTICO_STORAGE' && name in env)
      .map((name) => `${name}: needs PORTICO_STORAGE to be s3://bucket`);
  const faults: string[] = [];
  if (region === undefined && !faulty.has('PORTICO_S3_REGION'))
    faults.push('PORTICO_S3_REGION: needed with s3://');
  const url = endpoint === undefined ? null : new URL(endpoint);
  if (url?.protocol === 'http:' && !isThisMachine(url.hostname))
    faults.push('PORTICO_S3_ENDPOINT: http is for a store on this machine only; another host needs https');
  if (url !== null && (url.username !== '' || url.password !== ''))
    faults.push('PORTICO_S3_ENDPOINT: secrets belong in PORTICO_S3_SECRET_ACCESS_KEY');
  return faults;
}

/** Where blobs are kept: the folder `blobs` of the data folder, unless something else is said. */
export function storageOf(
  env: Settings,
  {
    root,
    dataFolder,
    secret,
  }: {
    readonly root: string;
    readonly dataFolder: string;
    readonly secret: (name: 'PORTICO_S3_SECRET_ACCESS_KEY', value: string) => Secret;
  },
): StorageConfig {
  const { PORTICO_STORAGE: location, PORTICO_S3_ENDPOINT: endpoint } = env;
  if (location === undefined) return { is: 'folder', folder: join(dataFolder, 'blobs') };
  const [, bucket, prefix = ''] = S3.exec(location) ?? [];
  if (bucket === undefined) return { is: 'folder', folder: resolve(root, location) };
  const { PORTICO_S3_ACCESS_KEY_ID: keyId, PORTICO_S3_SECRET_ACCESS_KEY: secretKey } = env;
  return {
    is: 's3',
    bucket,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    endpoint: endpoint ?? null,
    region: env.PORTICO_S3_REGION ?? '',
    pathStyle: env.PORTICO_S3_PATH_STYLE ?? endpoint !== undefined,
    credentials:
      keyId === undefined || secretKey === undefined
        ? null
        : { keyId, secret: secret('PORTICO_S3_SECRET_ACCESS_KEY', secretKey) },
    incoming: join(dataFolder, 'blobs-incoming'),
  };
}
