import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { statement } from './index.ts';

const { database } = await freshDatabase();

describe('a statement whose text is made once', () => {
  it('runs with the values of each call, in the places where its slots stand', async () => {
    const built: string[] = [];
    const adding = statement<{ one: number; other: number }, { sum: number; one: string; fixed: string }>(
      (slot) => {
        built.push('built');
        return sql`
          select ${slot('one')}::int + ${slot('other')}::int as sum, ${slot('one')}::text as one, ${'kept'}::text as fixed`;
      },
    );
    expect(await adding(database, { one: 1, other: 2 })).toEqual([{ sum: 3, one: '1', fixed: 'kept' }]);
    expect(await adding(database, { one: 40, other: 2 })).toEqual([{ sum: 42, one: '40', fixed: 'kept' }]);
    expect(built).toHaveLength(1);
  });

  it('takes a list as one value', async () => {
    const asked = statement<{ names: readonly string[] }, { found: boolean }>(
      (slot) => sql`select 'b' = any(${slot('names')}::text[]) as found`,
    );
    expect(await asked(database, { names: ['a', 'b'] })).toEqual([{ found: true }]);
    expect(await asked(database, { names: [] })).toEqual([{ found: false }]);
  });
});
