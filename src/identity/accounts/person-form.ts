import { z } from 'zod';
import { line } from '../../platform/http/index.ts';
import { COUNTRIES, type PlainWordKey } from '../../platform/i18n/index.ts';
import type { Person } from './accounts.ts';

const OLDEST = 130;

/** The answers to who a person is, as the form posts them. */
export function personForm(now: Date): z.ZodType<Person, unknown> {
  return z
    .object({
      fullName: line({ missing: 'person.name-missing', most: 200 }),
      'born-day': z.unknown().optional(),
      'born-month': z.unknown().optional(),
      'born-year': z.unknown().optional(),
      birthCountry: line({ missing: 'person.country-missing', most: 2 }).refine(
        (code) => COUNTRIES.has(code),
        'person.country-missing' satisfies PlainWordKey,
      ),
    })
    .transform((answers, context) => {
      const result = readDate([answers['born-year'], answers['born-month'], answers['born-day']], now);
      if (result.is === 'date')
        return { fullName: answers.fullName, born: result.date, birthCountry: answers.birthCountry };
      context.addIssue({ code: 'custom', path: [`born-${result.part}`], message: result.key });
      return z.NEVER;
    });
}

type DateResult =
  | { readonly is: 'date'; readonly date: string }
  | { readonly is: 'fault'; readonly part: 'day' | 'month' | 'year'; readonly key: PlainWordKey };

/** A real date of a person who may be alive, from its three parts as they were typed. */
export function readDate([year, month, day]: readonly [unknown, unknown, unknown], now: Date): DateResult {
  const digits = (part: unknown): number | null =>
    typeof part === 'string' && /^\s*\d{1,4}\s*$/.test(part) ? Number(part) : null;
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
