import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, readConfig } from './index.ts';

const ROOT = '/opt/portico';
const read = (environment: Record<string, string | undefined>): Config => {
  const result = readConfig(environment, ROOT);
  if (result.is === 'faults') throw new Error(result.faults.join('\n'));
  return result.config;
};
const faults = (environment: Record<string, string | undefined>): readonly string[] => {
  const result = readConfig(environment, ROOT);
  return result.is === 'faults' ? result.faults.map((fault) => fault.split(':')[0] ?? '') : [];
};
const PRODUCTION = {
  NODE_ENV: 'production',
  PORTICO_AGENCY: '/srv/agency',
  PORTICO_PUBLIC_URL: 'https://portal.agency.example',
  PORTICO_KEY_RING: '/etc/portico/key-ring.json',
  DATABASE_URL: 'postgres://portico@db/portico?sslmode=verify-full',
  SMTP_URL: 'smtps://mail.agency.example',
  PORTICO_MAIL_FROM: 'portal@agency.example',
};

const folder = mkdtempSync(join(tmpdir(), 'portico-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let serial = 0;
/** A file of a secret, as a secrets manager writes it. */
const secretFile = (text: string) => {
  const file = join(folder, `${++serial}`);
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
};

const SMS = {
  PORTICO_SMS_URL: 'https://sms.example/v1/messages',
  PORTICO_SMS_AUTHORIZATION: 'Bearer token',
};

describe('configuration', () => {
  it('needs nothing for the demonstration on this machine', () => {
    const config = read({});
    expect(config).toMatchObject({
      port: 3000,
      host: 'localhost',
      demo: true,
      dataFolder: '/opt/portico/.portico',
      agencyFolder: '/opt/portico/agencies/arcadia',
      keyRingPath: '/opt/portico/.portico/key-ring.json',
      createKeyRing: true,
      trustedProxies: [],
      database: { is: 'embedded' },
      mail: { is: 'mailbox' },
      sms: { is: 'mailbox' },
      storage: { is: 'folder', folder: '/opt/portico/.portico/blobs' },
    });
    expect(config.publicUrl.href).toBe('http://localhost:3000/');
  });

  it('takes all that production needs', () => {
    const config = read({
      ...PRODUCTION,
      PORT: '8080',
      PORTICO_TRUSTED_PROXIES: '10.0.0.0/8, ::1 ,192.0.2.7',
    });
    expect(config).toMatchObject({
      port: 8080,
      demo: false,
      createKeyRing: false,
      trustedProxies: ['10.0.0.0/8', '::1', '192.0.2.7'],
      database: { is: 'url', ownerUrl: null },
      mail: { is: 'smtp', from: { name: '', address: PRODUCTION.PORTICO_MAIL_FROM } },
      sms: { is: 'none' },
      keyRingPath: PRODUCTION.PORTICO_KEY_RING,
      tls: null,
    });
    expect(secrets(config)).toEqual({ database: PRODUCTION.DATABASE_URL, mail: PRODUCTION.SMTP_URL });
  });

  it('treats an empty variable as none', () => {
    expect(read({ PORT: '', PORTICO_DATA: '', SMTP_URL: '', SMTP_URL_FILE: '' })).toEqual(read({}));
  });

  it('refuses the demonstration in production (ASVS 13.4.2)', () => {
    expect(faults({ ...PRODUCTION, PORTICO_DEMO: 'true' })).toEqual(['PORTICO_DEMO']);
    expect(read({ ...PRODUCTION, PORTICO_DEMO: 'false' }).demo).toBe(false);
  });

  it('names everything that production lacks', () => {
    expect(faults({ NODE_ENV: 'production' })).toEqual([
      'PORTICO_AGENCY',
      'PORTICO_PUBLIC_URL',
      'PORTICO_KEY_RING',
      'DATABASE_URL',
      'SMTP_URL',
      'PORTICO_MAIL_FROM',
    ]);
    for (const name of Object.keys(PRODUCTION).filter((each) => each !== 'NODE_ENV'))
      expect(faults({ ...PRODUCTION, [name]: undefined })).toEqual([name]);
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORTICO_DEMO', 'yes'],
    ['PORTICO_METRICS_PORT', 'x'],
    ['PORTICO_LOG_LEVEL', 'loud'],
    ['PORTICO_PUBLIC_URL', 'portal.example'],
    ['PORTICO_PUBLIC_URL', 'ftp://localhost'],
    ['PORTICO_PUBLIC_URL', 'http://localhost:3000/portal'],
    ['PORTICO_PUBLIC_URL', 'http://localhost:3000/?x'],
    ['PORTICO_PUBLIC_URL', 'http://localhost:3000/#x'],
    ['PORTICO_PUBLIC_URL', 'http://user:pass@localhost:3000'],
    ['PORTICO_PUBLIC_URL', 'http://portal.example'],
    ['PORTICO_PUBLIC_URL', 'http://localhost.evil.example'],
    ['DATABASE_URL', 'mysql://db'],
    ['SMTP_URL', 'https://mail'],
    ['PORTICO_MAIL_FROM', 'Agency'],
    ['PORTICO_MAIL_FROM', 'Agency <a@b.example>, c@d.example'],
    ['PORTICO_SMS_URL', 'ftp://sms.example'],
    ['PORTICO_SMS_AUTHORIZATION', 'Bearer x\r\nX: y'],
    ['PORTICO_SMS_BODY', '{"to":"{to}"}'],
    ['PORTICO_SMS_BODY', '{"{to}":"{text}"}'],
    ['PORTICO_SMS_BODY', '{to} {text}'],
    ['PORTICO_STORAGE', 's3://'],
    ['PORTICO_STORAGE', 's3://Documents'],
    ['PORTICO_STORAGE', 's3://documents?region=x'],
    ['PORTICO_STORAGE', 'https://documents.example'],
    ['PORTICO_TRUSTED_PROXIES', 'proxy.local'],
    ['PORTICO_TRUSTED_PROXIES', '10.0.0.1, 10.0.0.300'],
    ['PORTICO_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['PORTICO_TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['PORTICO_TRUSTED_PROXIES', '/8'],
  ])('refuses %s=%s', (name, value) => {
    expect(faults({ [name]: value })).toEqual([name]);
  });

  it('wants other machines reached encrypted, or the operator to say that they are not (ASVS 12.3.1)', () => {
    const bare = 'postgres://portico@db.agency.example/portico';
    for (const url of [
      bare,
      `${bare}?sslmode=`,
      `${bare}?sslmode=disable&sslmode=`,
      'postgres:///portico?host=db.agency.example',
      'postgres://localhost/portico?host=db.agency.example',
    ])
      expect([url, faults({ ...PRODUCTION, DATABASE_URL: url })]).toEqual([url, ['DATABASE_URL']]);
    for (const url of [
      `${bare}?sslmode=disable`,
      'postgres://portico@localhost/portico',
      'postgres:///portico',
      'postgres:///portico?user=portico&host=/run/postgresql',
      'postgres://portico@%2Frun%2Fpostgresql/portico',
    ])
      expect(faults({ ...PRODUCTION, DATABASE_URL: url })).toEqual([]);
    const mailOf = (url: string) => secrets(read({ ...PRODUCTION, SMTP_URL: url })).mail;
    expect(mailOf('smtp://mail.agency.example:587')).toBe('smtp://mail.agency.example:587?requireTLS=true');
    for (const url of [
      'smtp://127.0.0.1:25',
      'smtp://mail.agency.example?ignoreTLS=true',
      'smtps://mail.example',
    ])
      expect(mailOf(url)).toBe(url);
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080', 'https://portal.example'])(
    'takes %s for the demonstration',
    (url) => {
      expect(read({ PORTICO_DEMO: 'true', PORTICO_PUBLIC_URL: url }).publicUrl.origin).toBe(url);
    },
  );

  it.each(['SMTP_URL', 'PORTICO_KEY_RING', 'PORTICO_PUBLIC_URL', 'PORTICO_SMS_URL'] as const)(
    'is no demonstration unless asked for where %s is set up',
    (name) => {
      const { [name]: value = '' } = { ...PRODUCTION, ...SMS };
      expect(faults({ [name]: value })).not.toEqual([]);
      const together = name === 'PORTICO_SMS_URL' ? SMS : { [name]: value };
      expect(read({ PORTICO_DEMO: 'true', ...together }).demo).toBe(true);
    },
  );

  it('says what turned the demonstration off where nobody asked for that, and how to say what is meant', () => {
    const say = (environment: Record<string, string>) => {
      const result = readConfig(environment, ROOT);
      return result.is === 'faults' ? result.faults.filter((fault) => fault.startsWith('PORTICO_DEMO:')) : [];
    };
    expect(say({ SMTP_URL: 'smtp://localhost:1025' })).toEqual([
      'PORTICO_DEMO: SMTP_URL turns the demonstration off; say true to have it all the same, or false if that is meant',
    ]);
    expect(say({ SMTP_URL: 'smtp://localhost:1025', PORTICO_DEMO: 'false' })).toEqual([]);
    expect(say({ NODE_ENV: 'production' })).toEqual([]);
    const { NODE_ENV: _, ...meant } = PRODUCTION;
    expect(read(meant).demoTurnedOffBy).toEqual(['SMTP_URL', 'PORTICO_KEY_RING', 'PORTICO_PUBLIC_URL']);
    expect(read({ ...meant, PORTICO_DEMO: 'false' }).demoTurnedOffBy).toEqual([]);
    expect(read(PRODUCTION).demoTurnedOffBy).toEqual([]);
    expect(
      read({ SMTP_URL: 'smtp://localhost', PORTICO_DEMO: 'true', PORTICO_MAIL_FROM: 'a@b.example' }),
    ).toMatchObject({
      demo: true,
      demoTurnedOffBy: [],
    });
  });

  it('refuses a variable of ours that there is not, and names the nearest', () => {
    expect(
      readConfig({ ...PRODUCTION, PORTICO_TRUSTED_PROXY: '10.0.0.1', PORTICO_SMTP_URL_FILE: '/x' }, ROOT),
    ).toEqual({
      is: 'faults',
      faults: [
        'PORTICO_TRUSTED_PROXY: no setting has this name; the nearest is PORTICO_TRUSTED_PROXIES',
        'PORTICO_SMTP_URL_FILE: no setting has this name; the nearest is SMTP_URL_FILE',
      ],
    });
    expect(faults({ PORTICO_KEY_RING_FILE: '', PORTICO_SERVICE_HOST: '10.0.0.1' })).toEqual([]);
  });

  it('refuses http outside the demonstration, also on this machine (ASVS 12.2.1)', () => {
    expect(faults({ ...PRODUCTION, PORTICO_PUBLIC_URL: 'http://localhost' })).toEqual(['PORTICO_PUBLIC_URL']);
  });

  it('tells every fault at once, of one variable and of several together', () => {
    const bad: Record<string, string> = {
      PORT: 'x',
      PORTICO_LOG_LEVEL: 'x',
      DATABASE_URL: 'x',
      SMTP_URL: 'x',
      PORTICO_PUBLIC_URL: 'x',
      PORTICO_METRICS_PORT: 'x',
      PORTICO_TRUSTED_PROXIES: 'x',
      PORTICO_SMS_URL: 'x',
      PORTICO_SMS_AUTHORIZATION: ' ',
      PORTICO_SMS_BODY: 'x',
    };
    fc.assert(
      fc.property(fc.subarray(Object.keys(bad)), (names) => {
        const chosen = Object.fromEntries(names.map((name) => [name, bad[name]]));
        expect([...faults({ ...PRODUCTION, ...chosen })].sort()).toEqual([...names].sort());
        const missing = ['PORTICO_KEY_RING', 'PORTICO_MAIL_FROM'];
        const without = {
          ...PRODUCTION,
          ...chosen,
          PORTICO_KEY_RING: undefined,
          PORTICO_MAIL_FROM: undefined,
        };
        expect([...faults(without)].sort()).toEqual([...names, ...missing].sort());
      }),
    );
  });

  it('sends text messages by a gateway where one is set up, whole', () => {
    const config = read({ ...PRODUCTION, ...SMS });
    expect(config.sms).toMatchObject({
      is: 'gateway',
      url: SMS.PORTICO_SMS_URL,
      body: '{"to":"{to}","text":"{text}"}',
    });
    expect(secrets(config).sms).toBe(SMS.PORTICO_SMS_AUTHORIZATION);
    const body = '{"messages":[{"destinations":["{to}"],"text":"{text}"}]}';
    expect(read({ ...PRODUCTION, ...SMS, PORTICO_SMS_BODY: body }).sms).toMatchObject({ body });
    expect(faults({ ...PRODUCTION, PORTICO_SMS_URL: SMS.PORTICO_SMS_URL })).toEqual([
      'PORTICO_SMS_AUTHORIZATION',
    ]);
    expect(faults({ ...PRODUCTION, PORTICO_SMS_AUTHORIZATION: SMS.PORTICO_SMS_AUTHORIZATION })).toEqual([
      'PORTICO_SMS_URL',
    ]);
    for (const url of ['http://sms.example', 'https://user:secret@sms.example'])
      expect(faults({ ...PRODUCTION, ...SMS, PORTICO_SMS_URL: url })).toEqual(['PORTICO_SMS_URL']);
    expect(read({ ...PRODUCTION, ...SMS, PORTICO_SMS_URL: 'http://127.0.0.1:9/' }).sms.is).toBe('gateway');
  });

  it('keeps documents in a folder, or in an object store with all that it needs', () => {
    expect(read({ PORTICO_STORAGE: '/srv/documents' }).storage).toEqual({
      is: 'folder',
      folder: '/srv/documents',
    });
    expect(read({ PORTICO_STORAGE: 'shared', PORTICO_DATA: '/var/lib' }).storage).toMatchObject({
      folder: '/opt/portico/shared',
    });
    const amazons = { PORTICO_STORAGE: 's3://documents', PORTICO_S3_REGION: 'eu-west-1' };
    expect(read(amazons).storage).toEqual({
      is: 's3',
      bucket: 'documents',
      prefix: '',
      region: 'eu-west-1',
      endpoint: null,
      pathStyle: false,
      credentials: null,
      incoming: '/opt/portico/.portico/blobs-incoming',
    });
    const own = {
      PORTICO_STORAGE: 's3://documents/portal/live',
      PORTICO_S3_REGION: 'garage',
      PORTICO_S3_ENDPOINT: 'https://store.agency.example',
      PORTICO_S3_ACCESS_KEY_ID: 'portico',
      PORTICO_S3_SECRET_ACCESS_KEY_FILE: secretFile('hunter2'),
    };
    const { storage, secretsInEnvironment } = read({ ...PRODUCTION, ...own });
    expect(storage).toMatchObject({
      prefix: 'portal/live/',
      pathStyle: true,
      credentials: { keyId: 'portico' },
    });
    expect(storage.is === 's3' && storage.credentials?.secret()).toBe('hunter2');
    expect(secretsInEnvironment).toEqual([]);
    expect(read({ ...own, PORTICO_S3_PATH_STYLE: 'false' }).storage).toMatchObject({ pathStyle: false });
    for (const [name, value, faulty] of [
      ['PORTICO_S3_REGION', undefined, 'PORTICO_S3_REGION'],
      ['PORTICO_S3_REGION', 'no region', 'PORTICO_S3_REGION'],
      ['PORTICO_S3_ACCESS_KEY_ID', undefined, 'PORTICO_S3_ACCESS_KEY_ID'],
      ['PORTICO_S3_SECRET_ACCESS_KEY_FILE', undefined, 'PORTICO_S3_SECRET_ACCESS_KEY'],
      ['PORTICO_S3_ENDPOINT', 'http://store.agency.example', 'PORTICO_S3_ENDPOINT'],
      ['PORTICO_S3_ENDPOINT', 'https://user:secret@store.agency.example', 'PORTICO_S3_ENDPOINT'],
      ['PORTICO_S3_PATH_STYLE', 'yes', 'PORTICO_S3_PATH_STYLE'],
    ] as const)
      expect([name, value, faults({ ...own, [name]: value })]).toEqual([name, value, [faulty]]);
    expect(
      faults({ PORTICO_S3_REGION: 'eu-west-1', PORTICO_S3_ENDPOINT: 'https://store.example' }).toSorted(),
    ).toEqual(['PORTICO_S3_ENDPOINT', 'PORTICO_S3_REGION']);
    const open = read({ ...PRODUCTION, ...own, PORTICO_S3_ENDPOINT: 'http://127.0.0.1:9000' });
    expect(open.unencrypted).toContain('PORTICO_S3_ENDPOINT');
    const inEnvironment = {
      ...own,
      PORTICO_S3_SECRET_ACCESS_KEY_FILE: undefined,
      PORTICO_S3_SECRET_ACCESS_KEY: 'hunter2',
      AWS_SECRET_ACCESS_KEY: 'hunter2',
    };
    expect(read({ ...PRODUCTION, ...inEnvironment }).secretsInEnvironment).toEqual([
      'PORTICO_S3_SECRET_ACCESS_KEY',
      'AWS_SECRET_ACCESS_KEY',
    ]);
  });

  it('takes a certificate with its key, and is https and on one address with it', () => {
    const tls = { PORTICO_TLS_CERTIFICATE: 'tls/certificate.pem', PORTICO_TLS_KEY: '/etc/portico/key.pem' };
    const config = read(tls);
    expect(config).toMatchObject({
      demo: true,
      host: '127.0.0.1',
      tls: { certificate: '/opt/portico/tls/certificate.pem', key: '/etc/portico/key.pem' },
    });
    expect(config.publicUrl.origin).toBe('https://localhost:3000');
    expect(read({ ...tls, HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
    expect(faults({ ...tls, PORTICO_PUBLIC_URL: 'http://localhost:3000' })).toEqual(['PORTICO_PUBLIC_URL']);
    for (const name of ['PORTICO_TLS_CERTIFICATE', 'PORTICO_TLS_KEY'] as const)
      expect(faults({ ...tls, [name]: undefined })).toEqual([name]);
  });

  it('says outside the demonstration what travels unencrypted or unchecked, on this machine too (ASVS 12.3.1, 12.3.3)', () => {
    const tls = { PORTICO_TLS_CERTIFICATE: '/c', PORTICO_TLS_KEY: '/k' };
    const said = (environment: Record<string, string>) =>
      read({ ...PRODUCTION, ...tls, ...environment }).unencrypted;
    expect(said({})).toEqual([]);
    expect(read(PRODUCTION).unencrypted).toEqual(['PORTICO_TLS_CERTIFICATE']);
    expect(read({}).unencrypted).toEqual([]);
    for (const [name, url] of [
      ['DATABASE_URL', 'postgres://localhost/portico'],
      ['DATABASE_URL', 'postgres://db/portico?sslmode=disable'],
      ['DATABASE_URL', 'postgres://db/portico?sslmode=no-verify'],
      ['DATABASE_URL', 'postgres:///portico'],
      ['DATABASE_OWNER_URL', 'postgres://127.0.0.1/portico'],
      ['SMTP_URL', 'smtp://localhost'],
      ['SMTP_URL', 'smtp://mail.example?ignoreTLS=true'],
      ['SMTP_URL', 'smtps://mail.example?tls.rejectUnauthorized=false'],
    ] as const)
      expect([url, said({ [name]: url })]).toEqual([url, [name]]);
    expect(said({ ...SMS, PORTICO_SMS_URL: 'http://127.0.0.1:9/' })).toEqual(['PORTICO_SMS_URL']);
    for (const url of ['postgres:///portico?host=/run/postgresql', 'postgres://%2Frun/portico'])
      expect([url, said({ DATABASE_URL: url })]).toEqual([url, []]);
    expect(said({ SMTP_URL: 'smtp://mail.example' })).toEqual([]);
  });

  it('says outside the demonstration which secrets stand in the environment (ASVS 13.3.1)', () => {
    expect(read(PRODUCTION).secretsInEnvironment).toEqual([]);
    const withSecrets = {
      ...PRODUCTION,
      ...SMS,
      DATABASE_URL: 'postgres://portico:hunter2@db/portico?sslmode=verify-full',
      DATABASE_OWNER_URL: 'postgres://owner@db/portico?sslmode=verify-full&password=hunter2',
      SMTP_URL: 'smtps://portico:hunter2@mail',
      PGPASSWORD: 'hunter2',
    };
    expect(read(withSecrets).secretsInEnvironment).toEqual([
      'DATABASE_URL',
      'DATABASE_OWNER_URL',
      'SMTP_URL',
      'PORTICO_SMS_AUTHORIZATION',
      'PGPASSWORD',
    ]);
    expect(read({ ...withSecrets, PORTICO_DEMO: 'true', NODE_ENV: '' }).secretsInEnvironment).toEqual([]);
  });

  it('takes each secret as a file, and has what stands in it at the moment (ASVS 13.2.1, 13.3.1)', () => {
    const { DATABASE_URL: _, SMTP_URL: __, ...rest } = PRODUCTION;
    const [database, owner, mail, sms] = [
      secretFile('postgres://a:1@db/portico?sslmode=verify-full'),
      secretFile('postgres://o:1@db/portico?sslmode=verify-full'),
      secretFile('smtp://a:1@mail'),
      secretFile('Bearer 1'),
    ];
    const config = read({
      ...rest,
      PORTICO_SMS_URL: SMS.PORTICO_SMS_URL,
      DATABASE_URL_FILE: database,
      DATABASE_OWNER_URL_FILE: owner,
      SMTP_URL_FILE: mail,
      PORTICO_SMS_AUTHORIZATION_FILE: sms,
    });
    expect(config.secretsInEnvironment).toEqual([]);
    for (const now of ['1', '2']) {
      writeFileSync(database, `postgres://a:${now}@db/portico?sslmode=verify-full`);
      writeFileSync(owner, `postgres://o:${now}@db/portico?sslmode=verify-full`);
      writeFileSync(mail, `smtp://a:${now}@mail`);
      writeFileSync(sms, `Bearer ${now}\n`);
      expect(secrets(config)).toEqual({
        database: `postgres://a:${now}@db/portico?sslmode=verify-full`,
        owner: `postgres://o:${now}@db/portico?sslmode=verify-full`,
        mail: `smtp://a:${now}@mail?requireTLS=true`,
        sms: `Bearer ${now}`,
      });
    }
  });

  it.each([
    ['is missing', (file: string) => rmSync(file), 'ENOENT'],
    ['is open to all', (file: string) => chmodSync(file, 0o644), 'open to every user'],
    ['is empty', (file: string) => writeFileSync(file, '\n'), 'empty'],
    ['is no address', (file: string) => writeFileSync(file, 'imap://hunter2@x'), 'Invalid URL'],
    [
      'no longer says how another machine is reached',
      (file: string) => writeFileSync(file, 'postgres://a:hunter2@db/portico'),
      'sslmode',
    ],
  ])(
    'refuses a secret whose file %s, at the start and later, and says nothing of what is in it',
    (_, spoil, why) => {
      const good = 'postgres://a:hunter2@db/portico?sslmode=verify-full';
      const file = secretFile(good);
      const environment = { ...PRODUCTION, DATABASE_URL: undefined, DATABASE_URL_FILE: file };
      const config = read(environment);
      spoil(file);
      const result = readConfig(environment, ROOT);
      const atStart = result.is === 'faults' ? result.faults : [];
      expect(atStart).toEqual([expect.stringMatching(/^DATABASE_URL_FILE: /)]);
      expect(atStart[0]).toContain(why);
      expect(() => secrets(config)).toThrow(`DATABASE_URL_FILE: `);
      expect(() => secrets(config)).toThrow(why);
      expect(() => secrets(config)).toThrow(file);
      expect(() => secrets(config)).not.toThrow('hunter2');
      expect(JSON.stringify(result)).not.toContain('hunter2');
    },
  );

  it('refuses a secret that is given twice, as itself and as a file', () => {
    const file = secretFile(PRODUCTION.SMTP_URL);
    expect(faults({ ...PRODUCTION, SMTP_URL_FILE: file })).toEqual(['SMTP_URL_FILE']);
  });

  it('never says what a secret in it is', () => {
    const result = readConfig(
      { DATABASE_URL: 'postgrex://u:hunter2@db', SMTP_URL: 'imap://u:hunter2@mail' },
      ROOT,
    );
    expect(result.is).toBe('faults');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});

/** What each secret is now, of those that there are. */
function secrets({
  database,
  mail,
  sms,
}: Config): Partial<Record<'database' | 'owner' | 'mail' | 'sms', string>> {
  return {
    ...(database.is === 'url' ? { database: database.url() } : {}),
    ...(database.is === 'url' && database.ownerUrl !== null ? { owner: database.ownerUrl() } : {}),
    ...(mail.is === 'smtp' ? { mail: mail.url() } : {}),
    ...(sms.is === 'gateway' ? { sms: sms.authorization() } : {}),
  };
}
