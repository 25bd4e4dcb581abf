import { z } from 'zod';
import { codeDigits } from '../../../platform/digits/index.ts';
import { line } from '../../../platform/http/index.ts';
import { COUNTRIES, type PlainWordKey } from '../../../platform/i18n/index.ts';
import type { Person } from './accounts.ts';

const OLDEST = 130;

/** The fields of the form, as they are kept for whoever has to prove themselves first. */
export const PERSON_FIELDS = z.object({
  fullName: z.unknown(),
  'born-day': z.unknown(),
  'born-month': z.unknown(),
  'born-year': z.unknown(),
  birthCountry: z.unknown(),
});

/** The answers to who a person is, as the form posts them; every fault is told at once. */
export function personForm(now: Date): z.ZodType<Person, unknown> {
  return z.preprocess(
    gatherBorn,
    z.object({
      fullName: line({ missing: 'person.name-missing', most: 200 }),
      born: Parts.transform(({ year, month, day }, context) => {
        const result = readDate([year, month, day], now);
        if (result.is === 'date') return result.date;
        context.addIssue({ code: 'custom', path: [result.part], message: result.key });
        return z.NEVER;
      }),
      birthCountry: line({ missing: 'person.country-missing', most: 2 }).refine(
        (code) => COUNTRIES.has(code),
        'person.country-missing' satisfies PlainWordKey,
      ),
    }),
  );
}

const Parts = z.object({
  day: z.unknown().optional(),
  month: z.unknown().optional(),
  year: z.unknown().optional(),
});

/** The three fields of the date as one answer. */
function gatherBorn(form: unknown): unknown {
  if (typeof form !== 'object' || form === null) return form;
  const part = (name: string): unknown =>
    Object.entries(form).find(([field]) => field === `born-${name}`)?.[1];
  return { ...form, born: { day: part('day'), month: part('month'), year: part('year') } };
}

type DateResult =
  | { readonly is: 'date'; readonly date: string }
  | { readonly is: 'fault'; readonly part: 'day' | 'month' | 'year'; readonly key: PlainWordKey };

/** A real date of a person who may be alive, from its three parts as they were typed. */
export function readDate([year, month, day]: readonly [unknown, unknown, unknown], now: Date): DateResult {
  const digits = (part: unknown): number | null =>
    typeof part === 'string' && /^\d{1,4}$/.test(codeDigits(part)) ? Number(codeDigits(part)) : null;
  const [y, m, d] = [digits(year), digits(month), digits(day)];
  if (d === null) return { is: 'fault', part: 'day', key: 'person.day-missing' };
  if (m === null) return { is: 'fault', part: 'month', key: 'person.month-missing' };
  if (y === null) return { is: 'fault', part: 'year', key: 'person.year-missing' };
  const date = new Date(Date.UTC(y, m - 1, d));
  if (date.getUTCMonth() !== m - 1 || date.getUTCDate() !== d)
    return { is: 'fault', part: 'day', key: 'person.no-such-day' };
  if (y < now.getUTCFullYear() - OLDEST) return { is: 'fault', part: 'year', key: 'person.too-early' };
  if (date > now) return { is: 'fault', part: 'year', key: 'person.in-future' };
  return { is: 'date', date: date.toISOString().slice(0, 10) };
}
