/** One measured number, what it was made of, and what it should be. */
export type Finding = {
  /** Such as `sign-ins/s ÷ raw Argon2id hashes/s`. */
  readonly what: string;
  readonly value: number;
  /** Nothing for a ratio. */
  readonly unit?: string;
  readonly goal?: Goal;
  /** The numbers behind it, by name. */
  readonly from: Readonly<Record<string, number | string>>;
};

export type Goal = { readonly is: 'at-least' | 'at-most'; readonly value: number };

export const atLeast = (value: number): Goal => ({ is: 'at-least', value });
export const atMost = (value: number): Goal => ({ is: 'at-most', value });

export function isMet({ value, goal }: Finding): boolean {
  if (goal === undefined) return true;
  return goal.is === 'at-least' ? value >= goal.value : value <= goal.value;
}

/** A number as a table shows it: three digits that count, or all of a whole one. */
export function shown(value: number | string): string {
  if (typeof value === 'string') return value;
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en');
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(3)));
}
