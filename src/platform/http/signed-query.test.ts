import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKeyRing, openVault } from '../crypto/index.ts';
import { addressSaying, saidIn } from './index.ts';

const vault = openVault(newKeyRing());
const WORD = fc.string({ unit: 'grapheme' });
const WORDS = fc.dictionary(
  WORD.filter((key) => key !== 'signed' && key !== '__proto__'),
  WORD,
  { noNullPrototype: true },
);
const queryOf = (address: string) => Object.fromEntries(new URL(address, 'http://x.invalid').searchParams);

describe('an address that says what happened', () => {
  it('says it again on its page', () => {
    fc.assert(
      fc.property(WORDS, (said) => {
        expect(saidIn(vault, '/done', queryOf(addressSaying(vault, '/done', said)))).toEqual(said);
      }),
    );
  });

  it('has nothing to sign where it says nothing', () => {
    expect(addressSaying(vault, '/done', {})).toBe('/done');
  });

  it('says nothing on another page, with a word changed, added or left out, or by another key', () => {
    const address = addressSaying(vault, '/done', { email: '1', passkey: '2' });
    const query = queryOf(address);
    const { signed, ...unsigned } = query;
    const { email, ...fewer } = query;
    for (const forged of [
      {},
      unsigned,
      fewer,
      { ...query, email: '2' },
      { ...query, 'sms-code': '1' },
      { ...query, email: '2', passkey: '1' },
      { ...query, email: [email, '1'] },
      { email: '1&passkey=2', signed },
      { ...query, signed: '' },
      { ...query, signed: 'A'.repeat(48) },
      { ...query, signed: [signed, signed] },
      null,
      'x',
    ])
      expect(saidIn(vault, '/done', forged)).toEqual({});
    expect(saidIn(vault, '/other', query)).toEqual({});
    expect(saidIn(openVault(newKeyRing()), '/done', query)).toEqual({});
  });
});
