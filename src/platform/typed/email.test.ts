import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emailFault, tidyEmail, writtenEmail } from './index.ts';

describe('an email address that a person typed or pasted', () => {
  it.each([
    [' amina@example.org ', 'amina@example.org'],
    ['Amina@Example.org.', 'Amina@Example.org'],
    ['<amina@example.org>', 'amina@example.org'],
    ['mailto:amina@example.org', 'amina@example.org'],
    ['Email: amina@example.org', 'amina@example.org'],
    ['*amina@example.org*', 'amina@example.org'],
    ['"amina@example.org",', 'amina@example.org'],
    ['amina @example. org', 'amina@example.org'],
    ['ａｍｉｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ', 'amina@example.org'],
    ['am\u00adina@\u200bexample.org\ufeff', 'amina@example.org'],
    ['amina٩٠@example.org', 'amina90@example.org'],
    ['info@bücher.example', 'info@xn--bcher-kva.example'],
    ['info@BÜCHER.example', 'info@xn--bcher-kva.example'],
    ['info@почта.example', 'info@xn--80a1acny.example'],
    ['Amina <amina@example.org>', 'Amina <amina@example.org'],
    ['amina@example.org, other@example.org', 'amina@example.org, other@example.org'],
    ['S. Quill amina@example.org', 'S. Quill amina@example.org'],
    ['amina.q', 'amina.q'],
  ])('%j is %j', (typed, email) => {
    expect(tidyEmail(typed)).toBe(email);
  });

  it('stays as it is where it is a usual one, and the same when it is tidied again', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.string({ unit: 'binary' }), (email, text) => {
        fc.pre(/^[\w.+-]+@/.test(email));
        expect(tidyEmail(email)).toBe(email);
        expect(tidyEmail(tidyEmail(text))).toBe(tidyEmail(text));
        expect(tidyEmail(tidyEmail(`${text}@${text}`))).toBe(tidyEmail(`${text}@${text}`));
      }),
    );
  });

  it.each([
    ['amina@example.org', null],
    [`${'a'.repeat(64)}@example.org`, null],
    [`${'a'.repeat(65)}@example.org`, 'wrong'],
    ['почта@example.org', 'local-letters'],
    ['josé@example.org', 'local-letters'],
    ['amina', 'wrong'],
    ['a@b@example.org', 'wrong'],
    ['amina@exa mple.org', 'wrong'],
    [`a@${'b.'.repeat(130)}example`, 'too-long'],
  ])('%j has the fault %j', (email, fault) => {
    expect(emailFault(email)).toBe(fault);
  });

  it('is shown with the letters of its domain', () => {
    expect(writtenEmail('info@xn--bcher-kva.example')).toBe('info@bücher.example');
    expect(writtenEmail('amina@example.org')).toBe('amina@example.org');
  });
});
