import { describe, expect, it } from 'vitest';
import { compareMigrations } from './migrations.mjs';

const LISTED = ['aa  0001-first.sql', 'bb  0002-second.sql'];
const FILES = { '0001-first.sql': 'aa', '0002-second.sql': 'bb' };
const compare = (files: Record<string, string>) => compareMigrations(LISTED, new Map(Object.entries(files)));

describe('migrations', () => {
  it('may be appended', () => {
    expect(compare(FILES)).toEqual({ added: [], faults: [] });
    expect(compare({ ...FILES, '0003-third.sql': 'cc' })).toEqual({
      added: ['cc  0003-third.sql'],
      faults: [],
    });
  });

  it('may not be changed, taken away or put between', () => {
    expect(compare({ ...FILES, '0001-first.sql': 'ab' }).faults).toEqual([
      '0001-first.sql was changed: put it back, and write what is new into the next one',
    ]);
    expect(compare({ '0002-second.sql': 'bb' }).faults).toEqual(['0001-first.sql is gone: put it back']);
    expect(compare({ ...FILES, '0001-more.sql': 'cc' }).faults).toEqual([
      '0001-more.sql comes before 0002-second.sql: number it after that',
    ]);
  });
});
