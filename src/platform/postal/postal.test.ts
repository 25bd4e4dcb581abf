import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTRIES } from '../i18n/index.ts';
import { addressOf, fieldsOf, POSTAL_FIELDS, postalLines, postalWarnings, tidyPostcode } from './index.ts';

const namesOf = (country: string, language = 'en') => fieldsOf(country, language).map(({ name }) => name);
const home = (country: string, more: object) => ({ country, line1: '1 Main St', ...more });

describe('the fields of an address', () => {
  it('are those of its country, in its order and by its names', () => {
    expect(fieldsOf('US', 'en').map(({ name, label }) => [name, label])).toEqual([
      ['line1', 'postal.line1'],
      ['line2', 'postal.line2'],
      ['city', 'postal.city'],
      ['state', 'postal.state'],
      ['postcode', 'postal.zip'],
    ]);
    expect(namesOf('PL')).toEqual(['line1', 'line2', 'postcode', 'city']);
    expect(namesOf('MX')).toEqual(['line1', 'line2', 'district', 'postcode', 'city', 'state']);
    expect(fieldsOf('GB', 'en').find(({ name }) => name === 'city')?.label).toBe('postal.town');
    expect(namesOf('ZZ')).toEqual(['line1', 'line2', 'district', 'city', 'state', 'postcode']);
    expect(namesOf('../../package')).toEqual(namesOf('ZZ'));
  });

  it('name regions in Latin letters, but in the language of their country', () => {
    const regions = (language: string) =>
      fieldsOf('JP', language).flatMap(({ options }) => options.map(({ label }) => label));
    expect(regions('es')).toContain('Tokyo');
    expect(regions('ja')).toContain('東京都');
  });

  it('are there for every country of the list, and its own lines have all that was answered', () => {
    for (const country of COUNTRIES) {
      const fields = fieldsOf(country, 'en');
      expect([country, fields[0]?.name === undefined]).toEqual([country, false]);
      const answers = Object.fromEntries(
        fields.map(({ name, options }) => [name, options[0]?.value ?? `<${name}>`]),
      );
      const lines = postalLines(addressOf(country, answers), 'en').join('\n');
      for (const { name, options } of fields)
        if (options.length === 0)
          expect([country, lines]).toEqual([country, expect.stringContaining(`<${name}>`)]);
    }
  });
});

describe('the lines of an address', () => {
  it.each([
    [
      home('US', { line2: 'Apt 4', city: 'Portland', state: 'ME', postcode: '04101' }),
      '1 Main St|Apt 4|Portland, ME 04101',
    ],
    [home('PL', { city: 'Kraków', postcode: '31-008' }), '1 Main St|31-008 Kraków'],
    [
      home('MX', { district: 'Roma', city: 'CDMX', state: 'CMX', postcode: '06700' }),
      '1 Main St|Roma|06700 CDMX, Ciudad de México',
    ],
    [home('US', {}), '1 Main St'],
    [home('JP', { state: '13', postcode: '154-0023' }), '1 Main St, Tokyo|154-0023'],
    [home('HT', { city: 'Jacmel' }), '1 Main St|Jacmel'],
    [home('HT', { city: 'Jacmel', postcode: '9110' }), '1 Main St|HT9110 Jacmel'],
  ])('%j', (address, lines) => {
    expect(postalLines(address, 'en').join('|')).toBe(lines);
  });

  it('never fail, whatever was answered', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const answers = fc.record(Object.fromEntries(POSTAL_FIELDS.map((name) => [name, text])));
    fc.assert(
      fc.property(fc.constantFrom(...COUNTRIES), answers, (country, given) => {
        const address = addressOf(country, given);
        expect(addressOf(country, address)).toEqual(address);
        expect(postalLines(address, 'en')).not.toContain('');
        expect(Array.isArray(postalWarnings(address))).toBe(true);
      }),
    );
  });
});

describe('doubts about an address', () => {
  it.each([
    [home('US', { city: 'Portland', state: 'ME', postcode: '04101' }), []],
    [
      home('US', { city: 'Portland', state: 'ME', postcode: '0410' }),
      [{ is: 'postcode', field: 'postcode', example: '95014' }],
    ],
    [
      home('US', { city: 'Portland', state: 'OR', postcode: '04101' }),
      [{ is: 'other-state', field: 'postcode' }],
    ],
    [home('US', { city: 'Portland', state: 'XX', postcode: '04101' }), [{ is: 'no-state', field: 'state' }]],
    [home('US', { state: 'ME', postcode: '04101' }), [{ is: 'missing', field: 'city' }]],
    // Nothing is known of these, so nothing is doubted.
    [home('ZZ', {}), []],
    [home('BO', { city: 'La Paz' }), []],
  ])('%j', (address, warnings) => {
    expect(postalWarnings(address)).toEqual(warnings);
  });

  it('are none of a code that was only typed in another way', () => {
    expect(tidyPostcode('k1a 0b1')).toBe('K1A 0B1');
    expect(tidyPostcode('٠٤١٠١')).toBe('04101');
    const canada = home('CA', { city: 'Ottawa', state: 'ON', postcode: tidyPostcode('k1a 0b1') });
    expect(postalWarnings(canada)).toEqual([]);
  });
});
