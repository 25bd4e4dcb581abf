import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isName, isNoName, legible, tidyLine, tidyName } from './index.ts';

/** What nobody sees and no script needs. */
const UNSEEN = ['\u200b', '\u00ad', '\ufeff', '\u2060', '\u202e', '\u2066', '\u200f', '\u3164', '\u034f'];

describe('a line that a person typed', () => {
  it.each([
    ['  Quill ', 'Quill'],
    ['José\u00a0\u00a0Pérez', 'José Pérez'],
    ['Jose\u0301\u200b', 'José'],
    ['Qu\u00adill', 'Quill'],
    ['\ufeffQuill\u202e', 'Quill'],
    ['Ma\u200drya', 'Marya'],
    ['\u2800Quill\u2800', 'Quill'],
    ['Quill\ufffc', 'Quill'],
    ['\u3164', ''],
    // Joiners that make letters: between Persian ones, in an Indic cluster, and at the end of a word after a virama.
    ['علی\u200cرضا', 'علی\u200cرضا'],
    ['علی\u200b\u200c\u200dرضا', 'علی\u200cرضا'],
    ['\u200cعلی\u200c', 'علی'],
    ['क्\u200dष', 'क्\u200dष'],
    ['അവന്\u200d', 'അവന്\u200d'],
    // Forms of characters in names of Japan, and pictures that are made of several.
    ['葛\u{e0100}城', '葛\u{e0100}城'],
    ['Q\u{e0100}uill', 'Quill'],
    ['👩\u200d💻', '👩\u200d💻'],
    ['❤\ufe0f\u200d🔥', '❤\ufe0f\u200d🔥'],
  ])('%j is %j', (typed, tidied) => {
    expect(tidyLine(typed)).toBe(tidied);
  });

  it('is the same when it is tidied again', () => {
    const signs = fc.constantFrom(
      ...UNSEEN,
      '\u200c',
      '\u200d',
      '\ufe0f',
      'ک',
      'क',
      '्',
      '葛',
      '👩',
      ' ',
      'a',
      'ｱ',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: signs })), (text) => {
        expect(tidyLine(tidyLine(text))).toBe(tidyLine(text));
        expect(tidyName(tidyName(text))).toBe(tidyName(text));
        expect(legible(legible(text))).toBe(legible(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same whatever nobody sees is sprinkled in', () => {
    const letters = fc.constantFrom(...'aZ9é ñج葛क한ي👍');
    fc.assert(
      fc.property(fc.array(fc.tuple(letters, fc.constantFrom('', ...UNSEEN))), (signs) => {
        const text = signs.map(([letter]) => letter).join('');
        expect(tidyName(signs.flat().join(''))).toBe(tidyName(text));
      }),
    );
  });
});

describe('a name', () => {
  it.each([
    ['ＭＡＲＩＡ　Ｌｏｐｅｚ', 'MARIA Lopez'],
    ['ﾔﾏﾀﾞ', 'ヤマダ'],
    ['Mª Carmen', 'Mª Carmen'],
    ['O’Brien', 'O’Brien'],
    ['小明', '小明'],
  ])('%j is written %j', (typed, name) => {
    expect(tidyName(typed)).toBe(name);
  });

  it.each(['X', 'Ñahui', '陈雨桐', 'محمد', '한', 'अ', 'ª'])('may be %j', (name) => {
    expect(isName(name)).toBe(true);
  });

  it.each(['', '\u2800', '\u3164', '.', '---', '👍', '7', 'ー', 'ʼ', '\u200d'])('is not %j', (typed) => {
    expect(isName(tidyName(typed))).toBe(false);
  });

  it.each(['FNU', 'fnu', 'LNU', 'XXX', '-', '.', '', '--'])(
    'of which a part is %j has none there',
    (part) => {
      expect(isNoName(part)).toBe(true);
    },
  );

  it.each(['X', 'Fnuk', 'Xx', '小'])('of which a part is %j has one there', (part) => {
    expect(isNoName(part)).toBe(false);
  });
});
