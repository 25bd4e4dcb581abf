import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';

/** Stands for a value in a text that is made once. */
class Slot {
  readonly of: (values: object) => unknown;
  constructor(name: PropertyKey) {
    this.of = (values) => Reflect.get(values, name);
  }
}

/**
 * A statement whose text is made once, at its first call, for what every page asks.
 * @param build makes the statement; a slot stands where a value does, and nowhere else
 * @returns runs it with values in the place of the slots, and gives its rows
 */
export function statement<Values extends object, Row>(
  build: (slot: <Name extends keyof Values>(name: Name) => RawBuilder<Values[Name]>) => RawBuilder<Row>,
): (database: Database, values: Values) => Promise<readonly Row[]> {
  const make = (database: Database) => {
    return build((name) => sql`${new Slot(name)}`).compile(database);
  };
  let made: ReturnType<typeof make> | undefined;
  return async (database, values) => {
    made ??= make(database);
    const { rows } = await database.executeQuery<Row>({
      ...made,
      parameters: made.parameters.map((each) => (each instanceof Slot ? each.of(values) : each)),
    });
    return rows;
  };
}
