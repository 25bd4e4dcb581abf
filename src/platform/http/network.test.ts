import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from './index.ts';

const ADDRESS = fc.uint8Array({ minLength: 16, maxLength: 16 }).chain((bytes) =>
  // Zeros are what spellings differ by.
  fc
    .uint8Array({ minLength: 8, maxLength: 8, max: 1 })
    .map((mask) => bytes.map((byte, at) => byte * (mask[at >> 1] ?? 0))),
);
type Way = { capital: boolean; leading: boolean; gap: number; dotted: boolean; zone: string };
const WAY: fc.Arbitrary<Way> = fc.record({
  capital: fc.boolean(),
  leading: fc.boolean(),
  gap: fc.nat({ max: 7 }),
  dotted: fc.boolean(),
  zone: fc.constantFrom('', '%eth0', '%1'),
});

/** An address of 16 bytes, written in one of its ways (RFC 4291 §2.2). */
function spelt(bytes: Uint8Array, { capital, leading, gap, dotted, zone }: Way): string {
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[at * 2] ?? 0) << 8) | (bytes[at * 2 + 1] ?? 0)).toString(16).padStart(leading ? 4 : 1, '0'),
  );
  const tail = dotted ? [bytes.slice(12).join('.')] : groups.slice(6);
  const written = [...groups.slice(0, 6), ...tail];
  let end = gap;
  while (/^0+$/.test(written[end] ?? '')) end++;
  const text =
    end > gap ? `${written.slice(0, gap).join(':')}::${written.slice(end).join(':')}` : written.join(':');
  return `${capital ? text.toUpperCase() : text}${zone}`;
}

describe('the network of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['2001:db8:0:0:1::', '2001:db8:0:0'],
    ['2001:db8::1:0:0:1', '2001:db8:0:0'],
    ['2001:0DB8:0000:0000:0000:0000:0000:0001', '2001:db8:0:0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::192.0.2.1', '2001:db8:1:2'],
    ['2001:db8:1::2', '2001:db8:1:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::192.0.2.1', '0:0:0:0'],
    ['0:0:0:0:0:0:192.0.2.1', '0:0:0:0'],
    ['::1', '0:0:0:0'],
    ['::', '0:0:0:0'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is the address itself where it is none, as a proxy can pass one on', () => {
    for (const text of ['', 'unknown', '_hidden', '1.2.3.4:5', '[2001:db8::1]', '::%', ':::', '1.2.3'])
      expect(networkOf(text)).toBe(text);
  });

  it('is one for all spellings of an address', () => {
    fc.assert(
      fc.property(ADDRESS, WAY, WAY, (bytes, one, other) => {
        expect(networkOf(spelt(bytes, one))).toBe(networkOf(spelt(bytes, other)));
      }),
      { numRuns: 1000 },
    );
  });

  it('is one for all addresses of a /64, and another for another /64', () => {
    fc.assert(
      fc.property(ADDRESS, ADDRESS, WAY, WAY, (bytes, others, one, other) => {
        // The addresses of IPv4 are a network each.
        fc.pre(bytes.slice(0, 8).some((byte) => byte > 0));
        const network = networkOf(spelt(bytes, one));
        const near = Uint8Array.of(...bytes.slice(0, 8), ...others.slice(8));
        expect(networkOf(spelt(near, other))).toBe(network);
        const far = bytes.map((byte, at) => (at === 7 ? byte ^ 1 : byte));
        expect(networkOf(spelt(far, other))).not.toBe(network);
      }),
    );
  });
});
