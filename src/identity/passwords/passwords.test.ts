import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../policy/index.ts';
import { FAULT_WORDS, normalPassword, type PasswordVerdict, passwordRules } from './index.ts';
import { SCORE_WORDS } from './passwords.ts';

const policy = readPolicy({ profile: 'standard' });
const rules = passwordRules(policy, ['Arcadia Immigration Service', 'Arcadia', 'portico']);
const why = (verdict: PasswordVerdict) => (verdict.is === 'refused' ? verdict.why : verdict.is);
const judge = async (password: string, own: readonly string[] = []) => why(await rules.judge(password, own));

describe('passwords', () => {
  it.each([
    ['kettle-orbit-94-willow', 'good'],
    ['cuatro burros vuelan al sur', 'good'],
    ['мышь под старым мостом', 'good'],
    ['short-94-wi', 'too-short'],
    ['password1234', 'common'],
    ['PASSWORD1234', 'common'],
    ['qwertyqwerty', 'common'],
    ['abcabcabcabc', 'common'],
    ['monkeymonkeymonkey', 'common'],
    ['aaaaaaaaaaaaaaaa', 'common'],
    ['arcadia-2026', 'personal'],
    ['Portico-Portico', 'personal'],
    ['asdfghjkl;123', 'guessable'],
  ])('says of %s (ASVS 6.2.5, 6.2.11): %s', async (password, verdict) => {
    expect(await judge(password)).toBe(verdict);
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

  it("is not made of the person's own words, however they are joined, reversed in case or padded", async () => {
    const own = ['amina.haddad@correo.example', 'Amina Haddad'];
    for (const password of ['aminahaddad99', 'Amina.Haddad!!', 'HADDAD-amina-7', 'haddadhaddad1'])
      expect([password, await judge(password, own)]).toEqual([password, 'personal']);
    expect(await judge('amina-kettle-orbit-94-willow', own)).toBe('good');
    expect(await judge('xkq-haddad-94-plover', ['someone@else.example'])).toBe('good');
  });

  it.each([
    ['margueriteqzk7', 'marguerite', 'personal'],
    ['margueriteqzkv', 'marguerite', 'guessable'],
    ['marguerite1947386', 'marguerite', 'personal'],
    ['marguerite19473862', 'marguerite', 'good'],
    ['anabel7anabel', 'ana anabel', 'personal'],
    ['analeeroykim', 'Ana Lee Roy Kim', 'personal'],
    ['liwuxijo7429xk', 'Li Wu Xi Jo', 'good'],
  ])(
    'takes %s of somebody called %s for %s: three more letters or seven more signs hide no word',
    async (password, own, verdict) => {
      expect(await judge(password, [own])).toBe(verdict);
    },
  );

  it('counts a repeated part as common when it has fewer than six characters or is common itself', async () => {
    expect(await judge('kx9qzkx9qzkx9qz')).toBe('common');
    expect(await judge('kx9qzwkx9qzw')).toBe('guessable');
    expect(await judge('monkeymonkeymonkey')).toBe('common');
  });

  it('never says that a password made only of own words is good (ASVS 6.2.11)', async () => {
    const word = fc.stringMatching(/^[a-z]{4,9}$/);
    await fc.assert(
      fc.asyncProperty(
        word,
        word,
        fc.constantFrom('-', '.', '', '1', '99!'),
        async (first, last, between) => {
          const password = `${first}${between}${last}`;
          fc.pre([...password].length >= 12);
          expect(await judge(password, [`${first} ${last}`])).not.toBe('good');
        },
      ),
      { numRuns: 100 },
    );
  });

  it('scores by zxcvbn, and what is refused never looks strong', async () => {
    for (const password of [
      'arcadia-arcadia-arcadia-arcadia',
      'x'.repeat(200),
      'kettle orbit willow '.repeat(9),
    ]) {
      const verdict = await rules.judge(password, []);
      expect(verdict.is).toBe('refused');
      expect(verdict.score).toBeLessThanOrEqual(2);
    }
    expect((await rules.judge('kettle-orbit-94-willow', [])).score).toBeGreaterThanOrEqual(3);
    // Refused, it keeps a score that is lower still; and the lowest score that is asked for is enough.
    expect(await rules.judge('aaaaaaaaaaaaaaaa', [])).toEqual({ is: 'refused', why: 'common', score: 0 });
    expect(await rules.judge('kettle-window', [])).toMatchObject({ is: 'good', score: 3 });
    const lenient = passwordRules({ password: { ...policy.password, score: 0 } }, []);
    expect(why(await lenient.judge('asdfghjkl;123', []))).toBe('good');
  });

  it('has a word for every refusal and every score', () => {
    expect(Object.keys(FAULT_WORDS).sort()).toEqual(
      ['breached', 'common', 'guessable', 'personal', 'too-long', 'too-short'].sort(),
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
