import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { PlainWordKey, Words } from '../i18n/index.ts';
import { note } from './request-log.ts';

/** What was typed into a form, by field, fit to be shown again. */
export type Typed = Readonly<Record<string, string>>;

/** What is wrong with an answer, as a word still to be said. */
export type Fault = { readonly field: string; readonly key: PlainWordKey };

export type FormResult<T> =
  | { readonly is: 'valid'; readonly value: T; readonly typed: Typed }
  | { readonly is: 'invalid'; readonly faults: readonly Fault[]; readonly typed: Typed };

/** Control characters and those that change the direction of text: never part of an honest one-line answer. */
const UNFIT = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]/u;

type Bounds = {
  /** What is said when there is no answer. */
  readonly missing: PlainWordKey;
  /** Longest answer. */
  readonly most?: number;
};

/**
 * A one-line answer: trimmed and in NFC. Refused when missing, given twice, too long in code points, or holding control
 * or bidirectional characters.
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

/**
 * A secret as it was typed: not trimmed, any character. Its length in UTF-16 units is only a guard against waste; the
 * rules have their own limits.
 */
export function secret({ missing, most = 1_000 }: Bounds): z.ZodType<string, unknown> {
  const nothing = { is: 'fault', key: missing } as const;
  return answer(nothing, (value) => {
    if (value === '') return nothing;
    return value.length > most ? { is: 'fault', key: 'form.too-long' } : { is: 'answer', value };
  });
}

type Read<T> =
  | { readonly is: 'answer'; readonly value: T }
  | { readonly is: 'fault'; readonly key: PlainWordKey };

/** Null where nothing was typed. */
function readLine(typed: string, most: number): Read<string> | null {
  const value = typed.trim().normalize('NFC');
  if (value === '') return null;
  if (UNFIT.test(value)) return { is: 'fault', key: 'form.unfit-characters' };
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

/**
 * Checks the body of a posted form.
 * @param secrets fields that are never shown again
 */
export function parseForm<T>(
  schema: z.ZodType<T, unknown>,
  request: FastifyRequest,
  secrets: readonly string[] = [],
): FormResult<T> {
  const { body, words } = request;
  const fields: Record<string, unknown> = { ...(typeof body === 'object' && body !== null ? body : {}) };
  const typed = typedFields(body, secrets);
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
export function typedFields(body: unknown, secrets: readonly string[] = []): Typed {
  const typed: Record<string, string> = {};
  for (const [field, value] of Object.entries(typeof body === 'object' && body !== null ? body : {})) {
    const shown: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof shown === 'string' && !secrets.includes(field) && field !== '_csrf')
      typed[field] = fitToShow(shown);
  }
  return typed;
}

/** Faults as the error summary and the fields show them. */
export function sayFaults(faults: readonly Fault[], words: Words): Array<{ field: string; text: string }> {
  return faults.map(({ field, key }) => ({ field, text: words.t(key) }));
}

function firstOfEach(faults: readonly Fault[]): Fault[] {
  return faults.filter((fault, at) => faults.findIndex(({ field }) => field === fault.field) === at);
}

const LONGEST_SHOWN = 2_000;

function fitToShow(text: string): string {
  return text.slice(0, LONGEST_SHOWN).replaceAll(new RegExp(UNFIT, 'gu'), '').toWellFormed();
}
