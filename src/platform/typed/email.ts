import { domainToASCII, domainToUnicode } from 'node:url';
import { plainDigits } from './codes.ts';
import { withoutUnseen } from './text.ts';

/** RFC 5321 §4.5.3.1.1 and §4.5.3.1.3, without the brackets. */
const LONGEST_LOCAL = 64;
const LONGEST = 254;

export type EmailFault = 'too-long' | 'local-letters' | 'wrong';

/** What is put around an address that is pasted. */
const AROUND = /^["'*<([](.+)["'*>)\]]$/u;
const BEFORE = /^<?(?:[^@<>]*:)?\s*(?=[^\s:]+@)/u;
const AFTER = /[\s.,;:>)\]]+$/u;
const ASCII = /^[\x21-\x7e]*$/;
const BEYOND_ASCII = /[^\p{ASCII}]/u;

/**
 * An email address as it was meant: letters and digits of the usual form, without signs and labels around it, and its domain
 * in the form that mail servers know (RFC 5891). Case stays. What is no address comes back tidied too.
 */
export function tidyEmail(typed: string): string {
  const text = plainDigits(withoutUnseen(typed).normalize('NFKC')).replaceAll(/\s+/g, ' ').trim();
  const bare = unwrapped(text);
  const at = bare.indexOf('@');
  if (at === -1 || at !== bare.lastIndexOf('@')) return bare;
  const domain = bare.slice(at + 1).trim();
  return `${bare.slice(0, at).trim()}@${plainDomain(domain.replaceAll(/ ?\. ?/g, '.'))}`;
}

/** What keeps a tidied address from being written to, as far as its parts say; null where nothing does. */
export function emailFault(email: string): EmailFault | null {
  const [local = '', ...domains] = email.split('@');
  if (domains.length !== 1) return 'wrong';
  if (BEYOND_ASCII.test(local)) return 'local-letters';
  if (email.length > LONGEST) return 'too-long';
  return local.length > LONGEST_LOCAL || !ASCII.test(email) ? 'wrong' : null;
}

/** An address as its owner writes it, with the letters of its domain. */
export function writtenEmail(email: string): string {
  const at = email.lastIndexOf('@') + 1;
  const domain = email.slice(at);
  return domain.includes('xn--') ? `${email.slice(0, at)}${domainToUnicode(domain)}` : email;
}

function unwrapped(text: string): string {
  const bare = (AROUND.exec(text)?.[1] ?? text).replace(BEFORE, '').replace(AFTER, '').trim();
  return bare === text ? text : unwrapped(bare);
}

function plainDomain(domain: string): string {
  if (ASCII.test(domain)) return domain;
  const plain = domainToASCII(domain);
  return plain === '' ? domain : plain;
}
