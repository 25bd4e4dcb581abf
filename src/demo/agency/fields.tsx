import { DAY } from '../../platform/clock/index.ts';
import { type FormSchema, line, optionalLine, optionalLines } from '../../platform/http/index.ts';
import type { CalendarDate, PlainWordKey } from '../../platform/i18n/index.ts';
import {
  errorOf,
  Field,
  type FieldError,
  type Option,
  type OptionGroup,
  Radios,
  Select,
  TextArea,
} from '../../platform/ui/index.ts';

type Shape =
  | { readonly as: 'line'; readonly width?: 'short' | 'medium' }
  | { readonly as: 'lines'; readonly rows: number; readonly language?: string }
  | { readonly as: 'day' }
  | { readonly as: 'time' }
  | { readonly as: 'one-of'; readonly options: readonly Option[] }
  | {
      readonly as: 'select';
      readonly options: readonly (Option | OptionGroup)[];
      readonly placeholder: string;
    };

/** A question of the play. */
export type PlayField = Shape & {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What stands in it at first. */
  readonly value: string;
  readonly rule: FormSchema<string | null>;
};

export function PlayFieldView({
  field,
  value,
  errors,
}: {
  readonly field: PlayField;
  readonly value: string;
  readonly errors: readonly FieldError[];
}) {
  const { name, label, hint } = field;
  const asked = { name, label, hint, value, error: errorOf(errors, name) };
  switch (field.as) {
    case 'line':
      return <Field {...asked} autocomplete="off" width={field.width ?? 'full'} />;
    case 'lines':
      return (
        <TextArea
          {...asked}
          rows={field.rows}
          {...(field.language === undefined ? {} : { language: field.language })}
        />
      );
    case 'day':
      return <Field {...asked} type="date" width="short" />;
    case 'time':
      return <Field {...asked} type="time" width="short" />;
    case 'one-of':
      return <Radios {...asked} options={field.options} />;
    case 'select':
      return <Select {...asked} options={field.options} placeholder={field.placeholder} />;
  }
}

/** One of a few values, which has to be chosen. */
export const oneOf = (values: readonly string[], missing: PlainWordKey): FormSchema<string | null> =>
  line({ missing }).refine((value) => values.includes(value), missing);

/** One of a few values or none. */
export const maybeOneOf = (values: readonly string[], strange: PlainWordKey): FormSchema<string | null> =>
  optionalLine().refine((value) => value === null || values.includes(value), strange);

const isDay = (text: string): boolean => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
};

/** Any calendar day. */
export const anyDay: FormSchema<string | null> = line({ missing: 'demo.play-day-missing' }).refine(
  isDay,
  'demo.play-day-wrong',
);

/** Any calendar day or none. */
export const maybeDay: FormSchema<string | null> = optionalLine().refine(
  (text) => text === null || isDay(text),
  'demo.play-day-wrong',
);

const YEARS_AHEAD = 2;
const EARLIEST = '1950-01-01';

/** A day that the feed takes: from 1950 to two years ahead. */
export const feedDay = (today: CalendarDate): FormSchema<string | null> => withinFeed(anyDay, today);
export const maybeFeedDay = (today: CalendarDate): FormSchema<string | null> => withinFeed(maybeDay, today);

const withinFeed = (rule: typeof anyDay, today: CalendarDate) =>
  rule.refine(
    (day) => day === null || (day >= EARLIEST && day <= daysFrom(today, YEARS_AHEAD * 365)),
    'demo.play-day-far',
  );

export const timeOfDay: FormSchema<string | null> = line({ missing: 'demo.play-time-wrong' }).refine(
  (text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text),
  'demo.play-time-wrong',
);

/** Lines of text that have to be there. */
export const someLines: FormSchema<string | null> = optionalLines().refine(
  (text) => text !== null,
  'demo.play-empty',
);

/** A day that many days from another. */
export const daysFrom = (day: CalendarDate, days: number): CalendarDate =>
  new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);

/** The same, or the Monday after where it is of a weekend: a day on which an office is open. */
export function workdayFrom(day: CalendarDate, days: number): CalendarDate {
  const at = daysFrom(day, days);
  const weekday = new Date(at).getUTCDay();
  return daysFrom(at, weekday === 6 ? 2 : weekday === 0 ? 1 : 0);
}
