import { describe, expect, it } from 'vitest';
import { parseSentence } from './index.ts';

const b = (parts: (string | object)[]) => ({ b: parts });

describe('a sentence', () => {
  it('says what it takes and how', () => {
    const { uses } = parseSentence(
      'On {day} <b>{months, plural, one {# month of {year}} other {# months}}</b> {kind, select, a {x} other {y}} {months}',
      'en',
    );
    expect(Object.fromEntries([...uses].map(([name, ways]) => [name, [...ways].sort()]))).toEqual({
      day: ['plain'],
      b: ['tag'],
      months: ['number', 'plain'],
      year: ['plain'],
      kind: ['other'],
    });
  });

  it('keeps what is put in apart from its own words, whatever that says', () => {
    const name = { text: '{day} <b>x</b> '.repeat(2) };
    const { say } = parseSentence(
      'For <b>{name}</b>, {months, plural, one {# month} other {# months}}.',
      'en',
    );
    expect(say({ name, months: 1_200, b })).toEqual(['For ', { b: [name] }, ', 1,200 months.']);
    expect(parseSentence('{name}', 'en').say({ name })).toEqual([name]);
    expect(parseSentence('No words but these', 'en').say({})).toEqual(['No words but these']);
  });

  it('counts as its language does', () => {
    const message = '{n, plural, one {# miesiąc} few {# miesiące} many {# miesięcy} other {# miesiąca}}';
    const { say } = parseSentence(message, 'pl');
    expect([1, 2, 5, 22].map((n) => say({ n })[0])).toEqual([
      '1 miesiąc',
      '2 miesiące',
      '5 miesięcy',
      '22 miesiące',
    ]);
  });

  it.each(['{open', '<b>open', '{n, plural, one {x}}'])('is refused when it is broken: %s', (message) => {
    expect(() => parseSentence(message, 'en')).toThrow();
  });
});
