import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PlainWordKey, Words } from '../i18n/index.ts';
import { isName, legible, tidyLine, tidyName } from '../typed/index.ts';
import { note } from './request-log.ts';

/** What was typed into a form, by field, fit to be shown again. */
export type Typed = Readonly<Record<string, string>>;

/** What is wrong with an answer, as a word still to be said. */
export type Fault = { readonly field: string; readonly key: PlainWordKey };

export type FormResult<T> =
  | { readonly is: 'valid'; readonly value: T; readonly typed: Typed }
  | { readonly is: 'invalid'; readonly faults: readonly Fault[]; readonly typed: Typed };

/** Control characters, ends of lines and halves of characters: never part of an honest one-line answer. */
const UNFIT = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** The same but for the ends of lines. */
const UNFIT_IN_LINES = /[^\P{Cc}\n]|[\p{Cs}\u2028\u2029]/u;

type Bounds = {
  /** What is said when there is no answer. */
  readonly missing: PlainWordKey;
  /** Longest answer. */
  readonly most?: number;
};

/**
 * A one-line answer, tidied (`platform/typed`). Refused when missing, given twice, too long in code points, or holding control
 * characters.
 */
export function line({ missing, most = 200 }: Bounds): z.ZodType<string, unknown> {
  const nothing = { is: 'fault', key: missing } as const;
  return answer(nothing, (typed) => readLine(typed, most) ?? nothing);
}

/** The same where no answer is one too: null then. */
export function optionalLine({ most = 200 }: Pick<Bounds, 'most'> = {}): z.ZodType<string | null, unknown> {
  const nothing = { is: 'answer', value: null } as const;
  return answer<string | null>(nothing, (typed) => readLine(typed, most) ?? nothing);
}

/** An answer of several lines, each ending in `\n`, or none: null then. Otherwise as `optionalLine`. */
export function optionalLines({
  most = 2_000,
}: Pick<Bounds, 'most'> = {}): z.ZodType<string | null, unknown> {
  const nothing = { is: 'answer', value: null } as const;
  return answer<string | null>(nothing, (typed) => readLines(typed, most) ?? nothing);
}

/** The same where there has to be an answer. */
export function lines({ missing, most = 2_000 }: Bounds): z.ZodType<string, unknown> {
  const nothing = { is: 'fault', key: missing } as const;
  return answer(nothing, (typed) => readLines(typed, most) ?? nothing);
}

/** A one-line answer that is what a person or a thing is called: it has a letter. */
export function nameLine({ missing, most = 200 }: Bounds): z.ZodType<string, unknown> {
  const nothing = { is: 'fault', key: missing } as const;
  return answer(nothing, (typed) => readName(typed, most) ?? nothing);
}

/** The same where no answer is one too: null then. */
export function optionalName({ most = 200 }: Pick<Bounds, 'most'> = {}): z.ZodType<string | null, unknown> {
  const nothing = { is: 'answer', value: null } as const;
  return answer<string | null>(nothing, (typed) => readName(typed, most) ?? nothing);
}

/** Marks fields whose answer is never shown again, kept or logged. */
const SECRETS = z.registry<{ readonly isSecret: true }>();

/** A one-line answer that is a secret, such as a code. */
export function secretLine(bounds: Bounds): z.ZodType<string, unknown> {
  return line(bounds).register(SECRETS, { isSecret: true });
}

/**
 * A secret as it was typed: not trimmed, any character. Its length in UTF-16 units is only a guard against waste; the
 * rules have their own limits.
 */
export function secret({ missing, most = 1_000 }: Bounds): z.ZodType<string, unknown> {
  const nothing = { is: 'fault', key: missing } as const;
  return answer(nothing, (value) => {
    if (value === '') return nothing;
    return value.length > most ? { is: 'fault', key: 'form.too-long' } : { is: 'answer', value };
  }).register(SECRETS, { isSecret: true });
}

type Read<T> =
  | { readonly is: 'answer'; readonly value: T }
  | { readonly is: 'fault'; readonly key: PlainWordKey };

/** Null where nothing was typed. */
function readLine(typed: string, most: number): Read<string> | null {
  const value = tidyLine(typed);
  return value === '' ? null : readFit(value, most, UNFIT);
}

function readLines(typed: string, most: number): Read<string> | null {
  const value = withPlainEnds(typed).split('\n').map(tidyLine).join('\n').trim();
  return value === '' ? null : readFit(value, most, UNFIT_IN_LINES);
}

function readName(typed: string, most: number): Read<string> | null {
  if (typed.trim() === '') return null;
  const value = tidyName(typed);
  return isName(value) ? readFit(value, most, UNFIT) : { is: 'fault', key: 'form.no-letter' };
}

function readFit(value: string, most: number, unfit: RegExp): Read<string> {
  if (unfit.test(value)) return { is: 'fault', key: 'form.unfit-characters' };
  return [...value].length > most ? { is: 'fault', key: 'form.too-long' } : { is: 'answer', value };
}

/** One answer of a form, given once and read by a rule of its own. */
function answer<T>(nothing: Read<T>, read: (typed: string) => Read<T>): z.ZodType<T, unknown> {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      const result: Read<T> = Array.isArray(value)
        ? { is: 'fault', key: 'form.given-twice' }
        : typeof value === 'string'
          ? read(value)
          : nothing;
      if (result.is === 'answer') return result.value;
      context.addIssue({ code: 'custom', message: result.key });
      return z.NEVER;
    });
}

/** A form, as the schema of what is posted by it. */
export type FormSchema<T = unknown> = z.ZodType<T, unknown>;

/** Checks the body of a posted form. What was typed into its secret fields is not among what is shown again. */
export function parseForm<T>(
  schema: FormSchema<T>,
  request: Pick<FastifyRequest, 'body' | 'noted' | 'words'>,
): FormResult<T> {
  const { body, words } = request;
  const fields: Record<string, unknown> = { ...(typeof body === 'object' && body !== null ? body : {}) };
  const kindOf = fieldsOf(schema);
  const typed = only(typedFields(body), (field) => kindOf(field) !== 'secret');
  const parsed = schema.safeParse(fields);
  if (parsed.success) return { is: 'valid', value: parsed.data, typed };
  const faults = parsed.error.issues.map(
    (issue): Fault => ({
      field: issue.path.join('-'),
      key: words.knows(issue.message) ? issue.message : 'form.not-understood',
    }),
  );
  const first = firstOfEach(faults);
  note(request, { why: 'input', fields: first.map(({ field }) => field) });
  return { is: 'invalid', faults: first, typed };
}

/** The texts of a posted form by field, fit to be shown again. */
export function typedFields(body: unknown): Typed {
  const typed: Record<string, string> = {};
  for (const [field, value] of Object.entries(typeof body === 'object' && body !== null ? body : {})) {
    const shown: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof shown === 'string' && !field.startsWith('_')) typed[field] = fitToShow(shown);
  }
  return typed;
}

const only = (typed: Typed, isWanted: (field: string) => boolean): Typed =>
  Object.fromEntries(Object.entries(typed).filter(([field]) => isWanted(field)));

declare const fitToKeep: unique symbol;
/** What was typed into a form and may be kept, since none of it is a secret. */
export type FitToKeep = Typed & { readonly [fitToKeep]: true };

/**
 * What may be kept of what was typed: what some form knows as a field and none as a secret one. So what is not known is not
 * kept either.
 */
export function fieldsToKeep(forms: Iterable<FormSchema>, body: unknown): FitToKeep {
  const known = [...forms].map(fieldsOf);
  return only(typedFields(body), (field) => {
    const kinds = known.map((kindOf) => kindOf(field));
    return kinds.includes('plain') && !kinds.includes('secret');
  }) as FitToKeep;
}

/** Whether something was typed into a secret field of a form. */
export function hasSecrets(form: FormSchema, body: unknown): boolean {
  const kindOf = fieldsOf(form);
  return Object.entries(typedFields(body)).some(([field, text]) => text !== '' && kindOf(field) === 'secret');
}

/** What a form knows a field as; null where it does not know it. */
type KindOf = (field: string) => 'plain' | 'secret' | null;

const FIELDS = new WeakMap<FormSchema, KindOf>();

/** The fields of a form, or those whose names are of one form. @throws where the schema tells neither */
function fieldsOf(schema: FormSchema): KindOf {
  const found = FIELDS.get(schema);
  if (found !== undefined) return found;
  const kindOf = readFields(withoutRules(schema));
  FIELDS.set(schema, kindOf);
  return kindOf;
}

function readFields(form: z.core.$ZodType): KindOf {
  if (form instanceof z.ZodRecord) {
    const [names, kind] = [form.keyType, isSecret(form.valueType) ? 'secret' : 'plain'] as const;
    return (field) => (z.safeParse(names, field).success ? kind : null);
  }
  if (!(form instanceof z.ZodObject)) throw new Error('a form is an object');
  const kinds = new Map(
    Object.entries(form.shape).map(
      ([field, rules]) => [field, isSecret(rules) ? 'secret' : 'plain'] as const,
    ),
  );
  return (field) => kinds.get(field) ?? null;
}

function isSecret(field: z.core.$ZodType): boolean {
  // Unlike `has`, this also finds what a rule was made a copy of.
  if (SECRETS.get(field) !== undefined) return true;
  const inner = innerOf(field);
  return inner !== null && isSecret(inner);
}

function withoutRules(schema: z.core.$ZodType): z.core.$ZodType {
  const inner = innerOf(schema);
  return inner === null ? schema : withoutRules(inner);
}

/** What a rule or a default was put on; null where there is none. */
function innerOf(schema: z.core.$ZodType): z.core.$ZodType | null {
  if (schema instanceof z.ZodPipe) return schema.in instanceof z.ZodTransform ? schema.out : schema.in;
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodCatch
  )
    return schema.unwrap();
  return null;
}

/** Faults as the error summary and the fields show them. */
export function sayFaults(faults: readonly Fault[], words: Words): Array<{ field: string; text: string }> {
  return faults.map(({ field, key }) => ({ field, text: words.t(key) }));
}

function firstOfEach(faults: readonly Fault[]): Fault[] {
  return faults.filter((fault, at) => faults.findIndex(({ field }) => field === fault.field) === at);
}

/** More than any field takes, so that what is too long comes back whole, to be shortened. */
const LONGEST_SHOWN = 20_000;

function fitToShow(text: string): string {
  const shown = withPlainEnds(text).slice(0, LONGEST_SHOWN);
  return legible(shown.replaceAll(new RegExp(UNFIT_IN_LINES, 'gu'), '')).toWellFormed();
}

/** A form is posted with the ends of lines as of old. */
const withPlainEnds = (text: string): string => text.replaceAll(/\r\n?/g, '\n');
