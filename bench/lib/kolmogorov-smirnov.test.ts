import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';

const EVEN = Array.from({ length: 500 }, (_, n) => ((n * 37) % 500) / 500);

describe('the test of Kolmogorov and Smirnov', () => {
  // By scipy 1.17.1, `ks_2samp(a, b, method='exact')`.
  it.each([
    [0.03, 0.032, 0.9603],
    [0.06, 0.062, 0.2919],
    [0.1, 0.102, 0.01097],
    [0.15, 0.152, 1.8605e-5],
  ])('finds a shift by %d as scipy does', (shift, statistic, p) => {
    const found = kolmogorovSmirnov(
      EVEN,
      EVEN.map((value) => value + shift),
    );
    expect(found.statistic).toBeCloseTo(statistic, 10);
    expect(Math.abs(found.p - p)).toBeLessThan(0.04 * p);
  });

  it('takes values that are the same for both together', () => {
    const often = (values: readonly number[]) => Array.from({ length: 20 }, () => values).flat();
    const { statistic, p } = kolmogorovSmirnov(often([1, 1, 2, 2, 3]), often([1, 2, 2, 3, 3]));
    expect(statistic).toBeCloseTo(0.2, 10);
    expect(p).toBeCloseTo(0.0364, 3);
  });

  it('finds nothing between a sample and itself, and everything between samples apart', () => {
    expect(kolmogorovSmirnov(EVEN, EVEN)).toEqual({ statistic: 0, p: 1 });
    const { statistic, p } = kolmogorovSmirnov(
      EVEN,
      EVEN.map((value) => value + 2),
    );
    expect(statistic).toBe(1);
    expect(p).toBeLessThan(1e-9);
  });
});
