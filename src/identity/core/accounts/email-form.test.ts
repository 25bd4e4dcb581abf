import { describe, expect, it } from 'vitest';
import { emailForm } from './index.ts';

const ofLength = (length: number) => {
  const start = `${'a'.repeat(64)}@${'b.'.repeat(80)}`;
  return `${start}${'c'.repeat(length - start.length)}`;
};
const read = (email: unknown) => {
  const parsed = emailForm.safeParse({ email });
  return parsed.success ? parsed.data.email : parsed.error.issues[0]?.message;
};

describe('an address that is typed', () => {
  it.each(['amina@example.org', "o'rourke+portal@mail.example", 'A.B@c-d.example'])('may be %s', (email) => {
    expect(read(` ${email} `)).toBe(email);
  });

  it.each([
    ['', 'person.email-missing'],
    [undefined, 'person.email-missing'],
    ['amina', 'person.email-wrong'],
    ['amina@example', 'person.email-wrong'],
    ['@example.org', 'person.email-wrong'],
    ['amina@@example.org', 'person.email-wrong'],
    ['amina@example.org, other@example.org', 'person.email-wrong'],
    ['Amina <amina@example.org>', 'person.email-wrong'],
    ['amina@example.org\r\nBcc: other@example.org', 'form.unfit-characters'],
    [['amina@example.org', 'other@example.org'], 'form.given-twice'],
  ])('is refused where it is %j (ASVS 1.3.11, 2.2.1)', (email, key) => {
    expect(read(email)).toBe(key);
  });

  it.each([
    ['info@bücher.example', 'info@xn--bcher-kva.example'],
    ['<amina@example.org>.', 'amina@example.org'],
    ['mailto:amina@exam\u00adple.org', 'amina@example.org'],
  ])('is taken however it was pasted: %s', (typed, email) => {
    expect(read(typed)).toBe(email);
  });

  it.each([
    ['почта@example.org', 'person.email-local-letters'],
    [`${'a'.repeat(65)}@example.org`, 'person.email-wrong'],
    ['info@bücher', 'person.email-wrong'],
  ])('that no mail reaches is refused with its reason: %s', (typed, key) => {
    expect(read(typed)).toBe(key);
  });

  it('has its digits as mailboxes have them, whatever the keyboard', () => {
    expect(read('amina٩०@example.org')).toBe('amina90@example.org');
  });

  it('has at most 254 characters (RFC 5321 §4.5.3.1.3)', () => {
    expect(read(ofLength(254))).toBe(ofLength(254));
    expect(read(ofLength(255))).toBe('form.too-long');
  });
});
