/** Numbers that look random and are the same for the same seed. Never for secrets. */
export type Random = {
  /** A whole number of `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** Whether something happens that happens `of` times in a hundred. */
  chance(of: number): boolean;
  /** @throws when there is nothing to pick */
  pick<T>(items: readonly T[]): T;
  /** As `pick`, the heavier the likelier. */
  pickWeighted<T extends { readonly weight: number }>(items: readonly T[]): T;
};

/** Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[between(0, items.length - 1)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  };
  return {
    between,
    chance: (of) => next() * 100 < of,
    pick,
    pickWeighted: (items) => {
      let left = next() * items.reduce((sum, { weight }) => sum + weight, 0);
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      return pick(items);
    },
  };
}
