import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tidyPhone } from './index.ts';

describe('a telephone number that a person typed or pasted', () => {
  it.each([
    ['\u202a+1 202-555-0142\u202c', '+1 202-555-0142'],
    ['+1 202\u2011555\u20130142.', '+1 202-555-0142'],
    ['Tel.: +1 202 555 0142', '+1 202 555 0142'],
    ['tel:+12025550142', '+12025550142'],
    ['＋１ ２０２ ５５５ ０１４２', '+1 202 555 0142'],
    ['2O2 555 Ol42', '202 555 0142'],
    ['call 202-555-0142', 'call 202-555-0142'],
    ['202-555-0142 ext 3', '202-555-0142 ext 3'],
  ])('%j is %j', (typed, tidied) => {
    expect(tidyPhone(typed)).toBe(tidied);
  });

  it('is the same when it is tidied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tidyPhone(tidyPhone(text))).toBe(tidyPhone(text));
      }),
    );
  });
});
