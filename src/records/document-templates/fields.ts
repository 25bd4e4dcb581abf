import { z } from 'zod';
import { type FieldValue, VALUES, type VersionFileContent } from './schema.ts';

/** What a notice says of its own case, by the names of its template. */
export type NoticeFields = ReadonlyMap<string, FieldValue>;

export type ParsedFields =
  | { readonly is: 'fields'; readonly fields: NoticeFields }
  | { readonly is: 'faults'; readonly faults: readonly string[] };

/** Reads what the agency brings for a notice by what its template takes, and says everything that is wrong with it. */
export function parseNoticeFields(version: Pick<VersionFileContent, 'fields'>, given: unknown): ParsedFields {
  const object = z.record(z.string(), z.unknown()).safeParse(given);
  if (!object.success) return { is: 'faults', faults: ['the fields are not an object'] };
  const fields = new Map<string, FieldValue>();
  const faults = Object.keys(object.data)
    .filter((name) => !Object.hasOwn(version.fields, name))
    .map((name) => `${name}: the template has no such field`);
  for (const [name, { type, optional }] of Object.entries(version.fields)) {
    const value = object.data[name];
    if (value === undefined) {
      if (!optional) faults.push(`${name}: missing`);
      continue;
    }
    const parsed = parseValue(type, value);
    if (parsed.is === 'value') fields.set(name, parsed.value);
    else faults.push(`${name}: ${parsed.reason}`);
  }
  return faults.length > 0 ? { is: 'faults', faults } : { is: 'fields', fields };
}

/** One value by its type. */
export function parseValue(
  type: FieldValue['type'],
  given: unknown,
): { is: 'value'; value: FieldValue } | { is: 'fault'; reason: string } {
  const parsed = TYPED.safeParse({ type, value: given });
  if (parsed.success) return { is: 'value', value: parsed.data };
  const reasons = parsed.error.issues.map(({ path: [, item], message }) =>
    typeof item === 'number' ? `item ${item + 1}: ${message}` : message,
  );
  return { is: 'fault', reason: reasons.join('; ') };
}

/** The languages in which a value is given, by its texts that are given in several. */
export function languagesOf({ value }: FieldValue): readonly (readonly string[])[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  return texts.flatMap((each) => (typeof each === 'object' && each !== null ? [Object.keys(each)] : []));
}

/** The names of fields that say something in a language that the agency does not offer. */
export function fieldsInOtherLanguages(
  fields: NoticeFields,
  languages: readonly string[],
): readonly string[] {
  return [...fields].flatMap(([name, field]) =>
    languagesOf(field)
      .flat()
      .every((language) => languages.includes(language))
      ? []
      : [name],
  );
}

const typed = <T extends keyof typeof VALUES>(type: T) =>
  z.object({ type: z.literal(type), value: VALUES[type] });

const TYPED: z.ZodType<FieldValue> = z.discriminatedUnion('type', [
  typed('text'),
  typed('name'),
  typed('date'),
  typed('day'),
  typed('time'),
  typed('receipt'),
  typed('number'),
  typed('list'),
  typed('address'),
]);
