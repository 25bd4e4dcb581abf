import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../agency/index.ts';
import { loadLanguages } from '../i18n/index.ts';
import { layOut } from './letter.tsx';
import { codeText, shortText } from './text.ts';

const root = join(import.meta.dirname, '../../..');
const agency = loadAgency(join(root, 'agencies/arcadia'));
const languages = loadLanguages(join(root, 'locales'), agency);
const publicUrl = new URL('https://portal.arcadia.example');
const to = '+12025550142';

/** All that is written with 7 bits a letter, without the letters that take two. */
const GSM = /^[@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/u;

describe('a letter', () => {
  const root = join(import.meta.dirname, '../../..');
  const agency = loadAgency(join(root, 'agencies/arcadia'));
  const languages = loadLanguages(join(root, 'locales'), agency);
  const publicUrl = new URL('https://portal.arcadia.example');

  it.each(languages.all)(
    'says the same as text and as HTML, with how to tell it from a scam ($language)',
    (words) => {
      const letter = layOut(
        {
          to: 'a@example.org',
          subject: 'Your code',
          paragraphs: ['One & <two>'],
          code: '012345',
          closing: ['It works once.'],
          link: { text: 'Sign in', href: 'https://portal.arcadia.example/sign-in?a=1&b=2' },
        },
        { words, agency, publicUrl },
      );
      // Right after what announces it.
      expect(letter.text).toContain('One & <two>\n\n    012345\n\nIt works once.\n\n');
      expect(letter.html).toMatch(/One &amp; .*012345.*It works once\./s);
      expect(letter.text).toContain('One & <two>');
      expect(letter.html).toContain('One &amp; &lt;two>');
      expect(letter.html).toContain('href="https://portal.arcadia.example/sign-in?a=1&amp;b=2"');
      expect(letter.html).toContain('012345');
      for (const body of [letter.text, letter.html]) {
        expect(body).toContain('portal.arcadia.example');
        expect(body).toContain('Arcadia');
      }
      expect(letter.html).toMatch(new RegExp(`^<!doctype html><html lang="${words.language}"`));
      expect(letter.html).not.toMatch(/<script|<img|src=/);
    },
  );
});

describe('a text message', () => {
  it.each(languages.all)('with a code is one part, and binds the code to this site ($language)', (words) => {
    const { text, ...rest } = codeText({ to, code: '012345', minutes: 10 }, { words, agency, publicUrl });
    expect(rest).toEqual({ is: 'sms', to, usefulMinutes: 10 });
    expect(text).toMatch(GSM);
    expect(text.length).toBeLessThanOrEqual(160);
    expect(text.split('\n').at(-1)).toBe('@portal.arcadia.example #012345');
    expect(text.split('\n')[0]).toContain('012345');
    expect(text).toContain('Arcadia');
  });

  it('is bound to the host alone, without the port of a development server', () => {
    const { text } = codeText(
      { to, code: '012345', minutes: 10 },
      { words: languages.get('en'), agency, publicUrl: new URL('http://localhost:3000') },
    );
    expect(text.split('\n').at(-1)).toBe('@localhost #012345');
  });

  it('loses accents where it then fits, and nothing where another script needs more anyway', () => {
    const say = (sentence: string) =>
      shortText({ to, sentence }, { words: languages.get('en'), agency, publicUrl }).text;
    expect(say('Su código “único” cambió – ¿señor Ñandú?')).toBe(
      'Arcadia Immigration: Su codigo "unico" cambio - ¿señor Ñandu?',
    );
    expect(say('رمزك é')).toBe('Arcadia Immigration: رمزك é');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (sentence) => {
        const text = say(sentence);
        expect(GSM.test(text) || text.endsWith(sentence) || /[\r^{}\\[~\]|€]/.test(text)).toBe(true);
      }),
    );
  });
});
