import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testPage } from '../../../testing/page.ts';
import { readPolicy } from '../../index.ts';
import { normalPassword, type PasswordVerdict, passwordRules, sayFault, sayVerdict } from './index.ts';
import { SCORE_WORDS, sayRules } from './passwords.ts';

const policy = readPolicy({ profile: 'standard' });
const rules = passwordRules(policy, ['Arcadia Immigration Service', 'Arcadia', 'portico']);
const why = (verdict: PasswordVerdict) => (verdict.is === 'refused' ? verdict.why : verdict.is);
const judge = async (password: string, own: readonly string[] = []) => why(await rules.judge(password, own));

describe('passwords', () => {
  it('are judged with the words of the person and of the agency, by the score that is asked for (ASVS 6.2.11)', async () => {
    expect(await judge('kettle-orbit-94-willow')).toBe('good');
    expect(await judge('arcadia-2026')).toBe('personal');
    expect(await judge('amina-haddad-7', ['Amina Haddad'])).toBe('personal');
    expect(await judge('asdfghjkl;123')).toBe('guessable');
    const lenient = passwordRules({ password: { ...policy.password, score: 0 } }, []);
    expect(why(await lenient.judge('asdfghjkl;123', []))).toBe('good');
    expect(why(await lenient.judge('arcadia-2026', []))).not.toBe('personal');
  });

  it('counts code points after composing them, from 12 to 128 (ASVS 6.2.9)', async () => {
    // Each pair of e and accent is two code points as typed and one once composed.
    const accents = (count: number) => 'e\u0301'.repeat(count);
    expect(await judge(`kx9-${accents(7)}`)).toBe('too-short');
    expect(await judge(`kx9-${accents(8)}`)).not.toBe('too-short');
    expect(await judge('🜁🜂🜃🜄🝆🝇🝈🝉🝊🝋🝌')).toBe('too-short');
    expect(await judge('🜁🜂🜃🜄🝆🝇🝈🝉🝊🝋🝌🝍')).not.toBe('too-short');
    const long = 'kettle orbit willow 94 ÿ '.repeat(6);
    expect(await judge([...long].slice(0, 128).join(''))).toBe('good');
    expect(await judge([...long].slice(0, 129).join(''))).toBe('too-long');
    expect(await judge('🜁 kettle orbit willow 94 '.repeat(5))).toBe('good');
  });

  it('have a character of each kind that the agency asks for, in whatever script (ASVS 6.2.5)', async () => {
    const requires = ['lowercase', 'uppercase', 'digit', 'symbol'] as const;
    const asking = passwordRules({ password: { ...policy.password, requires: [...requires] } }, []);
    for (const [password, verdict] of [
      ['kettle-Orbit-94-willow', 'good'],
      ['KETTLE-ORBIT-94-WILLOW', 'no-lowercase'],
      ['kettle-orbit-94-willow', 'no-uppercase'],
      ['kettle-Orbit-willow', 'no-digit'],
      ['kettleOrbit94willow', 'no-symbol'],
      ['kettle Orbit 94 willow', 'good'],
      ['мышь под Старым мостом ٧', 'good'],
      ['قمر فوق النهر البعيد ٧', 'good'],
      ['Password1234', 'common'],
      ['Kettle 9', 'too-short'],
    ] as const)
      expect([password, why(await asking.judge(password, []))]).toEqual([password, verdict]);
    // Nothing is asked for that the agency does not name, and what lacks it is never told to be strong.
    const digit = passwordRules({ password: { ...policy.password, requires: ['digit'] } }, []);
    expect(why(await digit.judge('kettleorbit94willow', []))).toBe('good');
    expect(await digit.judge('kettle orbit willow plum', [])).toEqual({
      is: 'refused',
      why: 'no-digit',
      score: 2,
    });
    expect(await judge('kettle orbit willow plum')).toBe('good');
  });

  it('bounds the length by code points for every text (ASVS 6.2.1)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 20 }), async (text) => {
        const length = [...text.normalize('NFC')].length;
        expect((await judge(text)) === 'too-short').toBe(length < 12);
      }),
      { numRuns: 200 },
    );
  });

  it('makes the same hash input of every way to compose a text', async () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(normalPassword(text.normalize('NFD'))).toBe(normalPassword(text.normalize('NFC')));
      }),
    );
    expect(await rules.judge('cafe\u0301-orbit-willow-94', [])).toMatchObject({
      is: 'good',
      password: 'caf\u00e9-orbit-willow-94',
    });
  });

  it('are told with their score in words, and why they are refused', () => {
    const say = (verdict: PasswordVerdict) => sayVerdict(verdict, testPage().words, policy.password);
    const { t } = testPage().words;
    expect(say({ is: 'good', password: 'x', score: 4 })).toEqual({ score: 4, text: t('password.score-4') });
    expect(say({ is: 'refused', why: 'common', score: 1 })).toEqual({
      score: 1,
      text: `${t('password.score-1')}. ${t('password.common')}`,
    });
    // A score that there is no word for is told as the lowest.
    expect(say({ is: 'good', password: 'x', score: 9 }).text).toBe(t('password.score-0'));
  });

  it('are told by the numbers and the kinds that the agency asks for', () => {
    const { words } = testPage();
    const limits = { ...policy.password, shortest: 15, longest: 64 };
    expect(sayFault('too-short', words, limits)).toContain('at least 15 characters');
    expect(sayFault('too-long', words, limits)).toContain('at most 64 characters');
    expect(sayRules(words, limits)).toBe('At least 15 characters. Any characters you like, spaces too.');
    expect(sayRules(words, { ...limits, requires: ['lowercase', 'digit'] })).toBe(
      'At least 15 characters, spaces too. Among them: a small letter and a digit.',
    );
    expect(SCORE_WORDS).toHaveLength(5);
  });

  it('judges hostile texts without holding up everyone else (ASVS 15.2.2)', async () => {
    const hostile = [
      'a',
      '4@8({[<369&#!1/|0$5+7%2',
      'p4$$w0rd',
      '01/01/1999',
      '19901991199219931994',
      'a1b2c3d4e5f6g7h8i9j0',
      '@4@4@4@4a4a4a@a@@@@4',
      'qwertyuiop[]asdfghjkl',
      'kettle orbit willow 94 ÿ ',
      'пароль密码كلمة',
    ];
    // Seconds each before the text that is scored was bounded: then the four rounds outlast the test's time.
    for (let round = 0; round < 4; round++) {
      for (const part of hostile) {
        const password = part.repeat(Math.ceil(1000 / part.length));
        expect((await rules.judge(password, [password.slice(round, 254)])).is).toBe('refused');
      }
    }
  });
});
