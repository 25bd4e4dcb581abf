import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
  PORTICO_PUBLIC_URL: 'https://portal.agency.example',
  PORTICO_KEY_RING: '/etc/portico/key-ring.json',
  DATABASE_URL: 'postgres://portico@db/portico?sslmode=verify-full',
  SMTP_URL: 'smtps://mail.agency.example',
  PORTICO_MAIL_FROM: 'portal@agency.example',
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
      database: { is: 'url', url: PRODUCTION.DATABASE_URL, ownerUrl: null },
      mail: { is: 'smtp', url: PRODUCTION.SMTP_URL, from: PRODUCTION.PORTICO_MAIL_FROM },
      sms: { is: 'none' },
      keyRingPath: PRODUCTION.PORTICO_KEY_RING,
    });
  });

  it('treats an empty variable as none', () => {
    expect(read({ PORT: '', PORTICO_DATA: '', SMTP_URL: '' })).toEqual(read({}));
  });

  it('refuses the demonstration in production (ASVS 13.4.2)', () => {
    expect(faults({ ...PRODUCTION, PORTICO_DEMO: 'true' })).toEqual(['PORTICO_DEMO']);
    expect(read({ ...PRODUCTION, PORTICO_DEMO: 'false' }).demo).toBe(false);
  });

  it('names everything that production lacks', () => {
    expect(faults({ NODE_ENV: 'production' })).toEqual([
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
    ['PORTICO_SMS_URL', 'ftp://sms.example'],
    ['PORTICO_SMS_AUTHORIZATION', 'Bearer x\r\nX: y'],
    ['PORTICO_SMS_BODY', '{"to":"{to}"}'],
    ['PORTICO_SMS_BODY', '{"{to}":"{text}"}'],
    ['PORTICO_SMS_BODY', '{to} {text}'],
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
    expect(faults({ ...PRODUCTION, DATABASE_URL: bare })).toEqual(['DATABASE_URL']);
    for (const url of [
      `${bare}?sslmode=disable`,
      'postgres://portico@localhost/portico',
      'postgres:///portico',
    ])
      expect(faults({ ...PRODUCTION, DATABASE_URL: url })).toEqual([]);
    const mailOf = (url: string) => {
      const { mail } = read({ ...PRODUCTION, SMTP_URL: url });
      return mail.is === 'smtp' ? mail.url : mail.is;
    };
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
    expect(read({ ...PRODUCTION, ...SMS }).sms).toEqual({
      is: 'gateway',
      url: SMS.PORTICO_SMS_URL,
      authorization: SMS.PORTICO_SMS_AUTHORIZATION,
      body: '{"to":"{to}","text":"{text}"}',
    });
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

  it('never says what a secret in it is', () => {
    const result = readConfig(
      { DATABASE_URL: 'postgrex://u:hunter2@db', SMTP_URL: 'imap://u:hunter2@mail' },
      ROOT,
    );
    expect(result.is).toBe('faults');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });
});
