import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKeyRing, openVault } from '../../platform/crypto/index.ts';
import { accessCodeMacs, isReceipt, normaliseAccessCode, normaliseReceipt } from './index.ts';

describe('access codes', () => {
  it('read letters that look like digits as digits, and ignore spaces, dashes and case', () => {
    expect(normaliseAccessCode(' k7q2-m9xo il4t ')).toBe('K7Q2M9X0114T');
    expect(normaliseAccessCode('k۷q۲-m৯x۰')).toBe('K7Q2M9X0');
    expect(normaliseAccessCode('Access code: K7Q2\u2011M9X\u200bO.')).toBe('K7Q2M9X0');
  });

  it('are stored bound to their case', () => {
    const vault = openVault(newKeyRing());
    const mac = accessCodeMacs(vault, 'ARC2190000042', 'K7Q2-M9X0');
    expect(mac).toEqual(accessCodeMacs(vault, 'ARC2190000042', 'k7q2m9xO'));
    expect(mac).not.toEqual(accessCodeMacs(vault, 'ARC2190000043', 'K7Q2-M9X0'));
  });
});

describe('receipt numbers', () => {
  it('are read however they are typed', () => {
    for (const typed of [
      'ARC2190000042',
      'arc-2190-000-042',
      ' ARC 2190000042 ',
      'ＡＲＣ２１９０００００４２',
      'ARC\u00002190000042',
      'ARC٢١٩٠٠٠٠٠٤٢',
      'arc २१९० ०००० ४२',
      'Receipt Number: ARC2190000042',
      'Receipt number ARC 219 000 0042',
      'Número de recibo: ARC2190000042.',
      '*ARC2190000042*',
      'My case is ARC2190000042, thank you',
      'ARC2190000042: my case',
      'ARC2l9OOOOO42',
      '\u202aARC\u200b2190\u2011000\u2013042\u202c',
    ]) {
      expect(normaliseReceipt(typed)).toBe('ARC2190000042');
    }
    expect(isReceipt('ARC2190000042', 'ARC')).toBe(true);
    for (const wrong of ['ARC219000004', 'ARC21900000421', 'XYZ2190000042', 'ARC21900000A2', '']) {
      expect(isReceipt(wrong, 'ARC')).toBe(false);
    }
  });

  it('are not guessed where a text has two of them, or a letter more', () => {
    for (const typed of ['ARC2190000042 ARC2190000043', 'XARC2190000042', 'ARC21900000421'])
      expect(isReceipt(normaliseReceipt(typed), 'ARC')).toBe(false);
  });

  it('hold only capitals and digits, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        const receipt = normaliseReceipt(typed);
        expect(receipt).toMatch(/^[A-Z0-9]*$/);
        expect(normaliseReceipt(receipt)).toBe(receipt);
      }),
    );
  });
});
