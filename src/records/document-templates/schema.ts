import { z } from 'zod';
import type { Localized } from '../../platform/agency/index.ts';

const localized: z.ZodType<Localized> = z.record(z.string(), z.string().trim().min(1));
const code = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'not in kebab-case');
const fieldName = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'not a name such as replyBy');

const LONGEST_TEXT = 2_000;
const MOST_ITEMS = 50;

const MOST_LINES = 8;
const LONGEST_RECEIPT = 30;
const LARGEST_NUMBER = 1_000_000;

const NO_TEXT = `not a text of 1 to ${LONGEST_TEXT} characters`;
const text = z.string(NO_TEXT).trim().min(1, NO_TEXT).max(LONGEST_TEXT, NO_TEXT);
const NO_ANY_TEXT = `${NO_TEXT}, or one such text for each language`;
const inLanguages = z.record(z.string(), text).refine((each) => Object.keys(each).length > 0, NO_ANY_TEXT);
/** A text in one language, or in each. */
const anyText = z.union([text, inLanguages], NO_ANY_TEXT);
const texts = (most: number, what: string) => {
  const error = `not a list of 1 to ${most} ${what}`;
  return z.array(anyText, error).min(1, error).max(most, error);
};
const NO_DAY = 'not a date such as 2026-06-09';
const NO_TIME = 'not a time such as 09:30';
const NO_RECEIPT = 'not a receipt number';
const NO_NUMBER = `not a whole number from 0 to ${LARGEST_NUMBER}`;

/** What each type of field takes, as the feed brings it. */
export const VALUES = {
  text: anyText,
  /** Of a person or a place: letter for letter, in any script. */
  name: text,
  /** A calendar day, in no zone. */
  date: z.iso.date(NO_DAY),
  /** A calendar day on which somebody has to be somewhere: said with its weekday. */
  day: z.iso.date(NO_DAY),
  /** A wall time of the office, `09:30`. */
  time: z.string(NO_TIME).regex(/^([01]\d|2[0-3]):[0-5]\d$/, NO_TIME),
  /** Of the agency's patterns, which whoever takes it in asks of it. */
  receipt: z
    .string(NO_RECEIPT)
    .regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, NO_RECEIPT)
    .max(LONGEST_RECEIPT, NO_RECEIPT),
  number: z.int(NO_NUMBER).min(0, NO_NUMBER).max(LARGEST_NUMBER, NO_NUMBER),
  list: texts(MOST_ITEMS, 'texts'),
  address: texts(MOST_LINES, 'lines'),
} as const satisfies Record<string, z.ZodType>;

export type FieldType = keyof typeof VALUES;

type OfType<T extends FieldType> = { readonly type: T; readonly value: z.infer<(typeof VALUES)[T]> };
/** A value together with its type. */
export type FieldValue = { [T in FieldType]: OfType<T> }[FieldType];

const FieldFile = z.strictObject({
  type: z.enum(Object.keys(VALUES) as [FieldType, ...FieldType[]]),
  optional: z.boolean().default(false),
  /** What the preview shows. */
  sample: z.unknown(),
});

/** Shown only when an optional field was given. */
const when = fieldName.optional();

const BlockFile = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('heading'), words: localized, when }),
  z.strictObject({ is: z.literal('paragraph'), words: localized, when }),
  z.strictObject({ is: z.literal('callout'), title: localized, words: localized, when }),
  z.strictObject({
    is: z.literal('list'),
    ordered: z.boolean().default(false),
    items: z.array(localized).min(1),
    when,
  }),
  /** The items of a field of type `list`. */
  z.strictObject({
    is: z.literal('list-of'),
    ordered: z.boolean().default(false),
    field: fieldName,
    when,
  }),
  z.strictObject({
    is: z.literal('facts'),
    facts: z.array(z.strictObject({ label: localized, value: localized, when })).min(1),
    when,
  }),
  /** How and where to papers are sent, as `contact.papers` of the agency says. */
  z.strictObject({ is: z.literal('where-to-send'), when }),
  /** A field of type `address`. */
  z.strictObject({ is: z.literal('address'), label: localized, field: fieldName, when }),
]);

const VersionFile = z.strictObject({
  version: z.int().min(1),
  fields: z.record(fieldName, FieldFile),
  title: localized,
  blocks: z.array(BlockFile).min(1),
});

/** One file of `notices/`. */
export const TemplateFile = z.strictObject({
  id: code,
  /** One of `document-kinds.json`. */
  kind: code,
  name: localized,
  /** What a notice asks of the person, where it does; what stands in its words is not read. */
  asks: z
    .strictObject({
      /** `answer`: something has to reach the agency by the day. `appointment`: the person has to come on it. */
      is: z.enum(['answer', 'appointment']),
      /** The field that has the day, in every version. */
      day: fieldName,
      /** Statuses that ask for the same. */
      saidBy: z.array(code).default([]),
      /** Statuses after which it is done, beside those that decide. */
      settledBy: z.array(code).default([]),
    })
    .optional(),
  /** Oldest first. A version that a notice was made of is never changed. */
  versions: z.array(VersionFile).min(1),
});

/** `document-kinds.json`: by which a person finds a document. */
export const KindsFile = z.strictObject({
  kinds: z.array(z.strictObject({ code, name: localized })).min(1),
});

export type DocumentKind = z.infer<typeof KindsFile>['kinds'][number];
export type TemplateBlock = z.infer<typeof BlockFile>;
export type TemplateFileContent = z.infer<typeof TemplateFile>;
export type VersionFileContent = z.infer<typeof VersionFile>;
