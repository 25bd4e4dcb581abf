import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../index.ts';
import { deviations, sayDeviations } from './index.ts';

const SET_UP = { breachedPasswords: true, leastRights: true, unencrypted: [], secretsInEnvironment: [] };
const settings = (policy: unknown) => deviations(readPolicy(policy), SET_UP).map(({ setting }) => setting);
const SWITCHES = ['securityQuestions', 'smsCodes', 'rememberedDevices'] as const;
const OFF = { securityQuestions: false, smsCodes: false, rememberedDevices: false };
const AS_STRICT = {
  allows: OFF,
  stepUp: { asks: 'both' },
  apps: { driftSteps: 0 },
  recovery: { linkMinutes: 10 },
};

describe('the policy', () => {
  it.each([
    { passkeys: { minutes: 60 }, apps: { most: 10 }, devices: { days: 400, rememberDays: 30 } },
    { passkeys: { minutes: 1 }, apps: { most: 1 }, devices: { days: 1, rememberDays: 1 } },
    { recovery: { holdHours: 24, knownHoldHours: 24 }, questions: { holdHours: 24, tries: 5 } },
    { recovery: { holdHours: 240, knownHoldHours: 240 }, questions: { holdHours: 240, tries: 1 } },
    { proof: { work: 2 }, failures: { disable: 100 } },
    { proof: { work: 10_000 }, failures: { disable: 1 } },
    { password: { shortest: 20, longest: 20 } },
    { password: { requires: ['lowercase', 'uppercase', 'digit', 'symbol'] } },
  ])('takes every number up to its limits, these with them: %j', (set) => {
    expect(readPolicy({ profile: 'standard', ...set })).toMatchObject(set);
  });

  it('needs nothing but a profile, and has the documented numbers', () => {
    expect(readPolicy({ profile: 'standard' })).toEqual({
      profile: 'standard',
      password: { shortest: 12, longest: 128, score: 3, requires: [] },
      code: {
        minutes: 10,
        sentPerHour: 5,
        sentPerDay: 20,
        inAllPerHour: 20,
        inAllPerDay: 40,
        reservedPerDay: 10,
      },
      failures: { wait: 10, firstWaitSeconds: 30, longestWaitSeconds: 3600, disable: 100, tell: 5 },
      claims: { wait: 5 },
      messages: { perDay: 30, characters: 5000, files: 5, fileMegabytes: 10, megabytes: 25 },
      emails: { most: 5 },
      phones: {
        most: 3,
        sentPerHour: 20,
        unprovenPerDay: 20,
        signUpsPerDay: 60,
        allSignUpsPerDay: 1_000,
        noticesPerHour: 10,
        noticesPerDay: 30,
      },
      session: { idleMinutes: 30, hours: 12 },
      signIn: { minutes: 15 },
      stepUp: { minutes: 10, asks: 'factor' },
      passkeys: { most: 10, minutes: 10 },
      apps: { most: 3, driftSteps: 1 },
      alarm: { days: 7 },
      dataExport: { days: 7 },
      closing: { days: 30 },
      person: { correctionsPerDay: 2, corrections: 5 },
      recovery: { linkMinutes: 30, holdHours: 72, knownHoldHours: 24, openDays: 7 },
      questions: { holdHours: 24, tries: 3 },
      devices: { days: 180, rememberDays: 30 },
      signUp: { days: 7 },
      proof: { failures: 5, minutes: 5, waitSeconds: 30, work: 160 },
      signUpLoad: { minutes: 10, inAll: 200, fromNetwork: 30 },
      recoveryLoad: { minutes: 10, inAll: 200, fromNetwork: 30 },
      requests: { signIn: 300, signUp: 60, recovery: 60, status: 60, claim: 60, account: 60, messages: 60 },
      allows: { securityQuestions: true, smsCodes: true, rememberedDevices: true },
    });
  });

  it('differs in strict only by what that allows, which is nothing, and by three numbers that go further', () => {
    const { profile: _, allows: __, ...numbers } = readPolicy({ profile: 'standard' });
    expect(readPolicy({ profile: 'strict' })).toEqual({
      ...numbers,
      profile: 'strict',
      allows: OFF,
      stepUp: { minutes: 10, asks: 'both' },
      apps: { most: 3, driftSteps: 0 },
      recovery: { ...numbers.recovery, linkMinutes: 10 },
    });
  });

  it.each([
    { apps: { driftSteps: 1 } },
    { apps: { driftSteps: 0 } },
    { stepUp: { asks: 'factor' } },
    { stepUp: { asks: 'both' } },
    { recovery: { linkMinutes: 30 } },
    { recovery: { linkMinutes: 10 } },
  ])('lets an agency set what the profiles set apart, in each: %j', (set) => {
    for (const profile of ['standard', 'strict']) expect(readPolicy({ profile, ...set })).toMatchObject(set);
  });

  it.each(SWITCHES)('can turn %s off and on in standard, and never on in strict (ASVS 6.4.2)', (name) => {
    for (const value of [true, false])
      expect(readPolicy({ profile: 'standard', allows: { [name]: value } }).allows[name]).toBe(value);
    expect(readPolicy({ profile: 'strict', allows: { [name]: false } }).allows[name]).toBe(false);
    expect(() => readPolicy({ profile: 'strict', allows: { [name]: true } })).toThrow(
      `policy.allows.${name}: is never true in the profile strict`,
    );
  });

  it.each([
    ['profile', {}],
    ['profile', { profile: 'loose' }],
    ['disable', { profile: 'standard', failures: { disable: 101 } }],
    ['wait', { profile: 'strict', failures: { wait: 0 } }],
    ['hours', { profile: 'standard', session: { hours: 1.5 } }],
    ['minutes', { profile: 'standard', code: { minutes: -1 } }],
    ['score', { profile: 'standard', password: { score: 5 } }],
    ['requires', { profile: 'standard', password: { requires: ['emoji'] } }],
    ['requires', { profile: 'strict', password: { requires: ['digit'] } }],
    ['score', { profile: 'standard', password: { score: -1 } }],
    ['holdHours', { profile: 'standard', recovery: { holdHours: 23 } }],
    ['knownHoldHours', { profile: 'strict', recovery: { knownHoldHours: 0 } }],
    ['driftSteps', { profile: 'standard', apps: { driftSteps: 2 } }],
    ['driftSteps', { profile: 'standard', apps: { driftSteps: -1 } }],
    ['asks', { profile: 'standard', stepUp: { asks: 'nothing' } }],
    ['rememberDays', { profile: 'standard', devices: { rememberDays: 31 } }],
    ['minutes', { profile: 'standard', passkeys: { minutes: 61 } }],
    ['most', { profile: 'standard', apps: { most: 11 } }],
    ['holdHours', { profile: 'standard', questions: { holdHours: 23 } }],
    ['knownHoldHours', { profile: 'standard', recovery: { knownHoldHours: 23 } }],
    ['tries', { profile: 'standard', questions: { tries: 6 } }],
    ['days', { profile: 'standard', devices: { days: 401 } }],
    ['work', { profile: 'standard', proof: { work: 1 } }],
    ['work', { profile: 'standard', proof: { work: 10_001 } }],
    ['no password', { profile: 'standard', password: { shortest: 30, longest: 29 } }],
    ['smsCodes', { profile: 'standard', allows: { smsCodes: 'yes' } }],
    ['rotation', { profile: 'standard', password: { rotation: 90 } }],
    ['voiceCodes', { profile: 'standard', allows: { voiceCodes: true } }],
  ])('is refused with the name of the fault: %s', (name, policy) => {
    expect(() => readPolicy(policy)).toThrow(name);
  });
});

/** A deviation that tells an operator what is asked for, where, and what comes of it here. */
function expectWhole({ rule, source, causes }: ReturnType<typeof deviations>[number]) {
  expect(source).toMatch(/(ASVS \d+\.\d+\.\d+|(NIST SP 800-63B-4|RFC \d+) §\d)/);
  for (const words of [rule, causes]) expect(words).toMatch(/^[a-zA-Z].{15,}[a-z0-9]$/);
}

describe('deviations', () => {
  it('are more where the operator sets up no list of stolen passwords, or one role for all (ASVS 6.2.12, 13.2.2)', () => {
    const found = deviations(readPolicy({ profile: 'strict' }), {
      ...SET_UP,
      breachedPasswords: false,
      leastRights: false,
    });
    expect(found.map(({ setting }) => setting)).toEqual(['PORTICO_BREACHED_PASSWORDS', 'DATABASE_OWNER_URL']);
    for (const each of found) expectWhole(each);
  });

  it('are more where something travels unencrypted, or a secret stands in the environment (ASVS 12.3.1, 12.3.3, 13.2.1, 13.3.1)', () => {
    const set = {
      ...SET_UP,
      unencrypted: ['PORTICO_TLS_CERTIFICATE', 'SMTP_URL'],
      secretsInEnvironment: ['DATABASE_URL'],
    };
    const said = sayDeviations(readPolicy({ profile: 'strict' }), set, false);
    expect(said).toMatch(/^ {2}PORTICO_TLS_CERTIFICATE, SMTP_URL: .*ASVS 12\.3\.1/m);
    expect(said).toMatch(/^ {2}DATABASE_URL: .*ASVS 13\.2\.1, 13\.3\.1/m);
  });

  it('are none in strict as it comes', () => {
    expect(deviations(readPolicy({ profile: 'strict' }), SET_UP)).toEqual([]);
    expect(sayDeviations(readPolicy({ profile: 'strict' }), SET_UP, false)).toBe('');
  });

  it('in standard are its weaker ways in, with the short passwords of those, and what strict sets otherwise', () => {
    expect(settings({ profile: 'standard' })).toEqual([
      'allows.securityQuestions',
      'allows.smsCodes',
      'allows.rememberedDevices',
      'password.shortest',
      'stepUp.asks',
      'apps.driftSteps',
      'recovery.linkMinutes',
    ]);
    expect(settings({ profile: 'standard', password: { shortest: 15 } })).not.toContain('password.shortest');
    expect(settings({ profile: 'standard', ...AS_STRICT })).toEqual([]);
  });

  it.each([
    ['allows.smsCodes', { profile: 'standard', ...AS_STRICT, allows: { ...OFF, smsCodes: true } }],
    ['password.shortest', { profile: 'strict', password: { shortest: 7 } }],
    ['password.longest', { profile: 'strict', password: { longest: 63 } }],
    ['code.minutes', { profile: 'strict', code: { minutes: 11 } }],
    ['failures.wait', { profile: 'strict', failures: { wait: 9 } }],
    ['failures.wait', { profile: 'strict', failures: { wait: 51, disable: 50 } }],
    ['failures.firstWaitSeconds', { profile: 'strict', failures: { firstWaitSeconds: 29 } }],
    ['failures.longestWaitSeconds', { profile: 'strict', failures: { longestWaitSeconds: 3601 } }],
    ['session.idleMinutes', { profile: 'strict', session: { idleMinutes: 61 } }],
    ['session.hours', { profile: 'strict', session: { hours: 25 } }],
    ['stepUp.minutes', { profile: 'strict', stepUp: { minutes: 720 } }],
    ['stepUp.asks', { profile: 'strict', stepUp: { asks: 'factor' } }],
    ['apps.driftSteps', { profile: 'strict', apps: { driftSteps: 1 } }],
    ['recovery.linkMinutes', { profile: 'strict', recovery: { linkMinutes: 11 } }],
  ])('name %s by itself, with its rule, its source and what it causes', (setting, policy) => {
    const found = deviations(readPolicy(policy), SET_UP);
    expect(found.map((each) => each.setting)).toEqual([setting]);
    for (const each of found) expectWhole(each);
  });

  it('are not told twice of one number, nor of a wait that begins just before the end', () => {
    const isPassword = (setting: string) => setting === 'password.shortest';
    expect(settings({ profile: 'standard', password: { shortest: 7 } }).filter(isPassword)).toEqual([
      'password.shortest',
    ]);
    expect(settings({ profile: 'standard', password: { shortest: 8 } }).filter(isPassword)).toEqual([
      'password.shortest',
    ]);
    expect(settings({ profile: 'strict', failures: { wait: 50, disable: 50 } })).toEqual([]);
    expect(settings({ profile: 'strict', stepUp: { minutes: 719 } })).toEqual([]);
  });

  it('in strict are there exactly when a number is outside what the standards ask', () => {
    const near = (...edges: number[]) =>
      fc.oneof(fc.constantFrom(...edges.flatMap((edge) => [edge - 1, edge, edge + 1])), fc.nat(200_000));
    fc.assert(
      fc.property(
        fc.record({
          shortest: near(8, 15).map((n) => Math.max(1, n)),
          longest: near(64, 128).map((n) => n + 1),
          minutes: near(10).map((n) => n + 1),
          wait: near(10, 100).map((n) => n + 1),
          disable: fc.integer({ min: 1, max: 100 }),
          first: near(30).map((n) => n + 1),
          most: near(3600).map((n) => n + 1),
          idle: near(60).map((n) => n + 1),
          hours: near(24).map((n) => n + 1),
        }),
        ({ shortest, longest, minutes, wait, disable, first, most, idle, hours }) => {
          fc.pre(shortest <= longest);
          const found = settings({
            profile: 'strict',
            password: { shortest, longest },
            code: { minutes },
            failures: { wait, disable, firstWaitSeconds: first, longestWaitSeconds: most },
            session: { idleMinutes: idle, hours },
            // Of what is left, only this depends on another number.
            stepUp: { minutes: hours * 60 - 1 },
          });
          expect(new Set(found)).toEqual(
            new Set([
              ...(shortest < 8 ? ['password.shortest'] : []),
              ...(longest < 64 ? ['password.longest'] : []),
              ...(minutes > 10 ? ['code.minutes'] : []),
              ...(wait < 10 || disable < 10 || wait > disable ? ['failures.wait'] : []),
              ...(first < 30 ? ['failures.firstWaitSeconds'] : []),
              ...(most > 3600 ? ['failures.longestWaitSeconds'] : []),
              ...(idle > 60 ? ['session.idleMinutes'] : []),
              ...(hours > 24 ? ['session.hours'] : []),
            ]),
          );
        },
      ),
    );
  });

  it('are each told with their source and what they cause, or in one line', () => {
    const policy = readPolicy({ profile: 'standard' });
    const said = sayDeviations(policy, SET_UP, false).split('\n');
    expect(said[0]).toContain('The sign-in policy "standard" departs from NIST SP 800-63B-4 or ASVS 5.0');
    const found = deviations(policy, SET_UP);
    expect(said).toHaveLength(found.length + 2);
    for (const [index, each] of found.entries()) {
      expectWhole(each);
      const { setting, rule, source, causes } = each;
      expect(said[index + 1]).toBe(`  ${setting}: ${rule} (${source}). Here: ${causes}.`);
    }
    expect(sayDeviations(policy, SET_UP, true)).toBe(
      'Note for operators: what is set up here is laxer than NIST SP 800-63B-4 or ASVS 5.0 in ' +
        'allows.securityQuestions, allows.smsCodes, allows.rememberedDevices, password.shortest, ' +
        'stepUp.asks, apps.driftSteps, recovery.linkMinutes (docs/agencies.md).\n',
    );
  });
});
