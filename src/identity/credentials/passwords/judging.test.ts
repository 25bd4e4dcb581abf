import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgePassword } from './judging.ts';

const AGENCY = ['Arcadia Immigration Service', 'Arcadia', 'portico'];
const verdictOf = (password: string, own: readonly string[] = [], leastScore = 3) =>
  judgePassword({ password, words: [...own, ...AGENCY], leastScore });
const judge = (password: string, own: readonly string[] = []) => {
  const verdict = verdictOf(password, own);
  return verdict.is === 'refused' ? verdict.why : verdict.is;
};

describe('a password of fit length', () => {
  it.each([
    ['kettle-orbit-94-willow', 'good'],
    ['cuatro burros vuelan al sur', 'good'],
    ['мышь под старым мостом', 'good'],
    ['password1234', 'common'],
    ['contraseña12', 'guessable'],
    ['contraseña123', 'guessable'],
    ['CONTRASEÑA2026', 'guessable'],
    ['búttérfly123', 'guessable'],
    ['contraseñacontraseña', 'common'],
    ['PASSWORD1234', 'common'],
    ['qwertyqwerty', 'common'],
    ['abcabcabcabc', 'common'],
    ['monkeymonkeymonkey', 'common'],
    ['aaaaaaaaaaaaaaaa', 'common'],
    ['arcadia-2026', 'personal'],
    ['Portico-Portico', 'personal'],
    ['asdfghjkl;123', 'guessable'],
  ])('says of %s (ASVS 6.2.5, 6.2.11): %s', (password, verdict) => {
    expect(judge(password)).toBe(verdict);
  });

  it("is not made of the person's own words, however they are joined, reversed in case or padded", () => {
    const own = ['amina.haddad@correo.example', 'Amina Haddad'];
    for (const password of ['aminahaddad99', 'Amina.Haddad!!', 'HADDAD-amina-7', 'haddadhaddad1'])
      expect([password, judge(password, own)]).toEqual([password, 'personal']);
    expect(judge('amina-kettle-orbit-94-willow', own)).toBe('good');
    // With accents or without them, on either side.
    expect(judge('marianunez99', ['María Núñez'])).toBe('personal');
    expect(judge('MaríaNúñez99', ['Maria Nunez'])).toBe('personal');
    expect(judge('xkq-haddad-94-plover', ['someone@else.example'])).toBe('good');
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
    (password, own, verdict) => {
      expect(judge(password, [own])).toBe(verdict);
    },
  );

  it('counts a repeated part as common when it has fewer than six characters or is common itself', () => {
    expect(judge('kx9qzkx9qzkx9qz')).toBe('common');
    expect(judge('kx9qzwkx9qzw')).toBe('guessable');
    expect(judge('monkeymonkeymonkey')).toBe('common');
  });

  it('never says that a password made only of own words is good (ASVS 6.2.11)', () => {
    const word = fc.stringMatching(/^[a-z]{4,9}$/);
    fc.assert(
      fc.property(word, word, fc.constantFrom('-', '.', '', '1', '99!'), (first, last, between) => {
        const password = `${first}${between}${last}`;
        fc.pre([...password].length >= 12);
        expect(judge(password, [`${first} ${last}`])).not.toBe('good');
      }),
      { numRuns: 100 },
    );
  });

  it('scores by zxcvbn, and what is refused never looks strong', () => {
    for (const password of ['arcadia-arcadia-arcadia-arcadia', 'x'.repeat(128)]) {
      const verdict = verdictOf(password);
      expect([password, verdict.is]).toEqual([password, 'refused']);
      expect(verdict.score).toBeLessThanOrEqual(2);
    }
    expect(verdictOf('kettle-orbit-94-willow').score).toBeGreaterThanOrEqual(3);
    // Refused, it keeps a score that is lower still; and the lowest score that is asked for is enough.
    expect(verdictOf('aaaaaaaaaaaaaaaa')).toEqual({ is: 'refused', why: 'common', score: 0 });
    expect(verdictOf('kettle-window')).toMatchObject({ is: 'good', score: 3 });
    expect(verdictOf('kettle-window', [], 4)).toEqual({ is: 'refused', why: 'guessable', score: 2 });
    expect(verdictOf('asdfghjkl;123', [], 0).is).toBe('good');
  });

  it('is given back to be hashed as it was asked about', () => {
    expect(verdictOf('Kettle-Orbit-94-Willow')).toMatchObject({ password: 'Kettle-Orbit-94-Willow' });
  });
});
