import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviations, readPolicy, sayDeviations } from './index.ts';

const SET_UP = { breachedPasswords: true, leastRights: true };
const settings = (policy: unknown) => deviations(readPolicy(policy), SET_UP).map(({ setting }) => setting);
const SWITCHES = ['securityQuestions', 'smsCodes', 'rememberedDevices'] as const;
const OFF = { securityQuestions: false, smsCodes: false, rememberedDevices: false };

describe('the policy', () => {
  it('needs nothing but a profile, and has the documented numbers', () => {
    expect(readPolicy({ profile: 'standard' })).toEqual({
      profile: 'standard',
      password: { shortest: 12, longest: 128, score: 3 },
      code: { minutes: 10, sentPerHour: 5 },
      failures: { wait: 10, firstWaitSeconds: 30, longestWaitSeconds: 3600, disable: 100 },
      claims: { wait: 5 },
      emails: { most: 5, undoDays: 7 },
      phones: { most: 3, sentPerHour: 20, unprovenPerDay: 20 },
      session: { idleMinutes: 30, hours: 12 },
      signIn: { minutes: 15 },
      stepUp: { minutes: 10 },
      passkeys: { most: 10, minutes: 10 },
      apps: { most: 3 },
      alarm: { days: 7 },
      dataExport: { days: 7 },
      closing: { days: 30 },
      recovery: { linkMinutes: 30, holdHours: 72, knownHoldHours: 24, openDays: 7 },
      questions: { holdHours: 24, tries: 3 },
      devices: { days: 180, rememberDays: 30 },
      signUp: { days: 7 },
      proof: { failures: 5, minutes: 5, waitSeconds: 30, work: 160 },
      signUpLoad: { minutes: 10, inAll: 200, fromNetwork: 30 },
      recoveryLoad: { minutes: 10, inAll: 200, fromNetwork: 30 },
      requests: { signIn: 300, signUp: 60, recovery: 60, status: 60, claim: 60, account: 60 },
      allows: { securityQuestions: true, smsCodes: true, rememberedDevices: true },
    });
  });

  it('differs in strict only by what that allows, which is nothing', () => {
    const { profile: _, allows: __, ...numbers } = readPolicy({ profile: 'standard' });
    expect(readPolicy({ profile: 'strict' })).toEqual({ ...numbers, profile: 'strict', allows: OFF });
  });

  it.each(SWITCHES)('can turn %s off and on in standard, and never on in strict (ASVS 6.4.2)', (name) => {
    for (const value of [true, false])
      expect(readPolicy({ profile: 'standard', allows: { [name]: value } }).allows[name]).toBe(value);
    expect(readPolicy({ profile: 'strict', allows: { [name]: false } }).allows[name]).toBe(false);
    expect(() => readPolicy({ profile: 'strict', allows: { [name]: true } })).toThrow(
      /never true in the profile strict[\s\S]*allows\./,
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
    ['score', { profile: 'standard', password: { score: -1 } }],
    ['holdHours', { profile: 'standard', recovery: { holdHours: 23 } }],
    ['knownHoldHours', { profile: 'strict', recovery: { knownHoldHours: 0 } }],
    ['rememberDays', { profile: 'standard', devices: { rememberDays: 31 } }],
    ['no password', { profile: 'standard', password: { shortest: 30, longest: 29 } }],
    ['smsCodes', { profile: 'standard', allows: { smsCodes: 'yes' } }],
    ['rotation', { profile: 'standard', password: { rotation: 90 } }],
    ['voiceCodes', { profile: 'standard', allows: { voiceCodes: true } }],
  ])('is refused with the name of the fault: %s', (name, policy) => {
    expect(() => readPolicy(policy)).toThrow(name);
  });
});

describe('deviations', () => {
  it('are more where the operator sets up no list of stolen passwords, or one role for all (ASVS 6.2.12, 13.2.2)', () => {
    const found = deviations(readPolicy({ profile: 'strict' }), {
      breachedPasswords: false,
      leastRights: false,
    });
    expect(found.map(({ setting }) => setting)).toEqual(['PORTICO_BREACHED_PASSWORDS', 'DATABASE_OWNER_URL']);
  });

  it('are none in strict as it comes', () => {
    expect(deviations(readPolicy({ profile: 'strict' }), SET_UP)).toEqual([]);
    expect(sayDeviations(readPolicy({ profile: 'strict' }), SET_UP, false)).toBe('');
  });

  it('in standard are its questions, SMS codes and remembered devices, with the short passwords of those', () => {
    expect(settings({ profile: 'standard' })).toEqual([
      'allows.securityQuestions',
      'allows.smsCodes',
      'allows.rememberedDevices',
      'password.shortest',
    ]);
    expect(settings({ profile: 'standard', password: { shortest: 15 } })).not.toContain('password.shortest');
    expect(settings({ profile: 'standard', allows: OFF })).toEqual([]);
  });

  it.each([
    ['allows.smsCodes', { profile: 'standard', allows: { ...OFF, smsCodes: true } }],
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
    ['recovery.linkMinutes', { profile: 'strict', recovery: { linkMinutes: 1441 } }],
  ])('name %s by itself', (setting, policy) => {
    expect(settings(policy)).toEqual([setting]);
  });

  it('are not told twice of one number, nor of a wait that begins just before the end', () => {
    expect(settings({ profile: 'standard', password: { shortest: 7 } }).slice(3)).toEqual([
      'password.shortest',
    ]);
    expect(settings({ profile: 'standard', password: { shortest: 8 } }).slice(3)).toEqual([
      'password.shortest',
    ]);
    expect(settings({ profile: 'strict', failures: { wait: 50, disable: 50 } })).toEqual([]);
    expect(settings({ profile: 'strict', stepUp: { minutes: 719 } })).toEqual([]);
    expect(settings({ profile: 'strict', recovery: { linkMinutes: 1440 } })).toEqual([]);
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
    for (const [index, { setting, rule, source, causes }] of found.entries()) {
      expect(source).toMatch(/ASVS \d+\.\d+\.\d+|NIST SP 800-63B-4 §\d/);
      for (const words of [rule, causes]) expect(words).toMatch(/^[a-z].{15,}[a-z0-9]$/);
      expect(said[index + 1]).toBe(`  ${setting}: ${rule} (${source}). Here: ${causes}.`);
    }
    expect(sayDeviations(policy, SET_UP, true)).toBe(
      'Note for operators: what is set up here is laxer than NIST SP 800-63B-4 or ASVS 5.0 in ' +
        'allows.securityQuestions, allows.smsCodes, allows.rememberedDevices, password.shortest ' +
        '(docs/agencies.md).\n',
    );
  });
});
