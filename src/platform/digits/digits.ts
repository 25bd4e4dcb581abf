const DIGIT = /\p{Nd}/u;
const DIGITS = /\p{Nd}/gu;

/**
 * A text with the digits of every script, such as `٣`, `३` and `３`, written as 0 to 9. Whatever reads digits that a person
 * typed reads them through this. Unicode puts the ten digits of a script next to each other, zero first, and what stands
 * next to such a ten is another ten (The Unicode Standard, 4.6).
 */
export function plainDigits(text: string): string {
  return text.replaceAll(DIGITS, (digit) => {
    const point = digit.codePointAt(0) ?? 0;
    let first = point;
    while (first > 0 && DIGIT.test(String.fromCodePoint(first - 1))) first--;
    return String((point - first) % 10);
  });
}

/** A code of digits as it is compared: however it was spaced, and with the digits of whichever script. */
export function codeDigits(typed: string): string {
  return plainDigits(typed.replaceAll(/\s/g, ''));
}
