import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAnswers, normalAnswer } from './answers.ts';

describe('an answer', () => {
  it.each([
    ['Fräulein  Müller', 'fraulein muller'],
    ['Café de l’Étoile', 'CAFE DE L ETOILE'],
    ['St. Mary’s', 'st marys'],
    ['Straße', 'STRASSE'],
    ['Łódź', 'lodz'],
    ['Ærø', 'aero'],
    ['Đà Nẵng', 'da nang'],
    ['Æðey', 'aedey'],
    ['Þór', 'thor'],
    ['Cœur', 'coeur'],
    ['Kırıkkale', 'kirikkale'],
    ['Νίκος', 'ΝΙΚΟΣ'],
    ['İzmir', 'izmir'],
    ['ＡＢＣ１２３', 'abc 123'],
    ['Чёрный', 'черный'],
    ['مُحَمَّد', 'محمد'],
    ['Ω-3', 'ω3'],
    ['شارع ١٢', 'شارع 12'],
  ])('is the same however it is written: %s, %s', (one, other) => {
    expect(normalAnswer(one)).toBe(normalAnswer(other));
    expect(normalAnswer(one)).not.toBe('');
  });

  it.each([
    ['Rex', 'Max'],
    ['हिन्दी', 'हन्द'],
    ['가나다', '가나'],
    ['café 1', 'café 2'],
  ])('is another when letters or numbers differ: %s, %s', (one, other) => {
    expect(normalAnswer(one)).not.toBe(normalAnswer(other));
  });

  it('is the same after it was made plain, in capitals, apart and with spaces around', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (typed) => {
        const normal = normalAnswer(typed);
        expect(normalAnswer(normal)).toBe(normal);
        expect(normalAnswer(normal.toUpperCase())).toBe(normal);
        expect(normalAnswer(`  ${normal} . `)).toBe(normal);
        expect(normalAnswer(normal.normalize('NFD'))).toBe(normal);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['王芳', '김철', 'あき', 'サム', 'ሶፊ', '李a', 'Li2'])('may be as short as %s', (answer) => {
    expect(judgeAnswers([answer])).toEqual([null]);
  });

  it.each(['王', '김', 'あ', 'Li', 'ab', 'ам', 'اب', '12', '王 .', ''])('is too short as %s', (answer) => {
    expect(judgeAnswers([answer])).toEqual(['too-short']);
  });

  it('has three letters or numbers at least, and is given once', () => {
    expect(judgeAnswers(['Rex', 'A. B.', 'R-e-x'])).toEqual([null, 'too-short', 'same']);
    expect(judgeAnswers(['中村家', '...', 'Ana'])).toEqual([null, 'too-short', null]);
  });
});
