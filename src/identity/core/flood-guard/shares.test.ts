import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../index.ts';
import { type SentLately, shareOf } from './index.ts';

const { code } = readPolicy({ profile: 'standard' });
const NONE: SentLately = { hereInHour: 0, hereInDay: 0, inHour: 0, inDay: 0 };

describe('what strangers may have sent to one mailbox', () => {
  it.each([
    [NONE, 'sent'],
    [{ ...NONE, hereInHour: 4, hereInDay: 19, inHour: 19, inDay: 39 }, 'sent'],
    [{ ...NONE, hereInHour: 5, hereInDay: 5 }, 'enough'],
    [{ ...NONE, hereInHour: 4, hereInDay: 20 }, 'full'],
    [{ ...NONE, hereInDay: 1, inHour: 20 }, 'full'],
    [{ ...NONE, hereInDay: 1, inDay: 40 }, 'full'],
    [{ ...NONE, inHour: 20, inDay: 49 }, 'sent'],
    [{ ...NONE, inDay: 50 }, 'full'],
  ] as const)('%o is %s', (sent, share) => {
    expect(shareOf(code, sent)).toBe(share);
  });

  it('is never more in a day than the total and the reserve, whoever asks from wherever and whenever', () => {
    const ask = fc.record({ network: fc.nat(60), minutes: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(ask, { minLength: 100, maxLength: 400 }), (asks) => {
        const sent: { readonly network: number; readonly at: number }[] = [];
        let now = 0;
        for (const { network, minutes } of asks) {
          now += minutes;
          const lately = (within: number, where?: number) =>
            sent.filter(({ at, network: from }) => at > now - within && (where ?? from) === from).length;
          const share = shareOf(code, {
            hereInHour: lately(60, network),
            hereInDay: lately(1440, network),
            inHour: lately(60),
            inDay: lately(1440),
          });
          // A place that has asked for nothing today has its first until the reserve is gone too.
          if (lately(1440, network) === 0 && lately(1440) < code.inAllPerDay + code.reservedPerDay)
            expect(share).toBe('sent');
          if (share === 'sent') sent.push({ network, at: now });
          expect(lately(1440)).toBeLessThanOrEqual(code.inAllPerDay + code.reservedPerDay);
          expect(lately(60, network)).toBeLessThanOrEqual(code.sentPerHour);
          expect(lately(1440, network)).toBeLessThanOrEqual(code.sentPerDay);
        }
      }),
    );
  });
});
