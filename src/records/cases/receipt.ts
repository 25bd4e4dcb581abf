import { plainDigits } from '../../platform/digits/index.ts';

const LONGEST_TYPED = 100;

/** A receipt number as it is stored, from whatever a person types: capitals and digits, and nothing else. */
export function normaliseReceipt(typed: string): string {
  return plainDigits(typed.slice(0, LONGEST_TYPED))
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
}

/** Whether a normalised text is a receipt number of the agency: its three letters and ten digits. */
export function isReceipt(text: string, prefix: string): boolean {
  return (
    text.length === prefix.length + 10 &&
    text.startsWith(prefix) &&
    /^\d{10}$/.test(text.slice(prefix.length))
  );
}
