/**
 * The two-sample test of Kolmogorov and Smirnov: how far the distributions of two samples are apart at most, and how
 * often chance alone puts them that far apart when both come from one. It finds any difference, of place, width or shape.
 * The p-value is that of Smirnov's limit (1948), which is within some hundredths of itself from a hundred values on.
 */
export function kolmogorovSmirnov(
  one: readonly number[],
  other: readonly number[],
): { readonly statistic: number; readonly p: number } {
  const [a, b] = [one.toSorted((x, y) => x - y), other.toSorted((x, y) => x - y)];
  let [i, j, statistic] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY);
    while (a[i] === value) i++;
    while (b[j] === value) j++;
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length));
  }
  return { statistic, p: beyond(Math.sqrt((a.length * b.length) / (a.length + b.length)) * statistic) };
}

/** The share of the Kolmogorov distribution that lies beyond a value. */
function beyond(value: number): number {
  // The series converges too slowly below, where the share is 1 to nine digits.
  if (value < 0.25) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * value * value);
  return Math.min(1, Math.max(0, sum));
}
