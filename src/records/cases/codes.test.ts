import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newKeyRing, openVault } from '../../platform/crypto/index.ts';
import { accessCodeMacs, normaliseAccessCode, receiptNumbers } from './index.ts';

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
  const arcadia = receiptNumbers({ patterns: ['ARC##########'] });
  const norland = receiptNumbers({ patterns: ['N-####-######', 'NOR########', '@@1-######'] });

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
      expect(arcadia.read(typed)).toBe('ARC2190000042');
    }
    expect(arcadia.has('ARC2190000042')).toBe(true);
    expect(arcadia.has('arc2190000042')).toBe(false);
    for (const wrong of ['ARC219000004', 'ARC21900000421', 'XYZ2190000042', 'ARC21900000A2', ''])
      expect(arcadia.read(wrong)).toBeNull();
  });

  it('are read by whatever patterns the agency has, and stored as those write them', () => {
    for (const typed of [
      'N-2026-000123',
      'n2026000123',
      'N 2026/000123',
      'Sak: N–2O26–OOOl23.',
      'Se sak N 2026 000 123, takk',
    ])
      expect(norland.read(typed)).toBe('N-2026-000123');
    expect(norland.has('N-2026-000123')).toBe(true);
    expect(norland.has('N2026000123')).toBe(false);
    expect(norland.read('nor 0000 0042')).toBe('NOR00000042');
    expect(norland.read('ol i-00 00 42')).toBe('OL1-000042');
    for (const wrong of ['N-2026-00012', 'N-2026-0001234', 'M-2026-000123', 'ARC2190000042'])
      expect(norland.read(wrong)).toBeNull();
  });

  it('are not guessed where a text has two of them, or a letter more', () => {
    for (const typed of ['ARC2190000042 ARC2190000043', 'XARC2190000042', 'ARC21900000421'])
      expect(arcadia.read(typed)).toBeNull();
    expect(norland.read('N-2026-000123 or NOR00000042')).toBeNull();
  });

  it('are as the patterns write them, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (typed) => {
        const receipt = norland.read(typed);
        expect(receipt === null || norland.has(receipt)).toBe(true);
      }),
    );
    fc.assert(
      fc.property(
        fc.stringMatching(/^N-[0-9]{4}-[0-9]{6}$/),
        fc.constantFrom('', ' ', '-', ' - '),
        (receipt, between) => {
          expect(norland.read(receipt.toLowerCase().replaceAll('-', between))).toBe(receipt);
        },
      ),
    );
  });
});
