import type { Typed } from '../../../platform/http/index.ts';
import {
  countryOptions,
  DateOfBirth,
  errorOf,
  Field,
  type FieldError,
  type Page,
  Select,
  type SummaryRow,
} from '../../../platform/ui/index.ts';
import type { Person } from './accounts.ts';

/** The fields in which a person says who they are, as `personForm` reads them. */
export function PersonFields({
  page,
  typed,
  errors = [],
}: {
  readonly page: Page;
  readonly typed: Typed;
  readonly errors?: readonly FieldError[] | undefined;
}) {
  const { t } = page.words;
  const part = (['day', 'month', 'year'] as const).find(
    (each) => errorOf(errors, `born-${each}`) !== undefined,
  );
  return (
    <>
      <Field
        name="fullName"
        label={t('person.name')}
        hint={t('person.name-hint')}
        autocomplete="name"
        value={typed['fullName']}
        error={errorOf(errors, 'fullName')}
      />
      <DateOfBirth
        page={page}
        name="born"
        label={t('person.born')}
        hint={t('person.born-hint')}
        value={{
          day: typed['born-day'] ?? '',
          month: typed['born-month'] ?? '',
          year: typed['born-year'] ?? '',
        }}
        {...(part === undefined ? {} : { error: errorOf(errors, `born-${part}`), wrong: [part] })}
      />
      <Select
        name="birthCountry"
        label={t('person.country')}
        hint={t('person.country-hint')}
        options={countryOptions(page.words)}
        placeholder={t('person.country-choose')}
        value={typed['birthCountry']}
        error={errorOf(errors, 'birthCountry')}
      />
    </>
  );
}

/** What the fields show of a person who said it before. */
export function typedPerson({ fullName, born, birthCountry }: Person): Typed {
  const [year = '', month = '', day = ''] = born.split('-').map((part) => String(Number(part)));
  return { fullName, birthCountry, 'born-day': day, 'born-month': month, 'born-year': year };
}

/** What a person said, each with a link to its field; null where nothing can be changed. */
export function personRows(
  { words: { t, calendarDate, country } }: Page,
  person: Person,
  change: string | null,
): readonly SummaryRow[] {
  const row = (term: string, value: SummaryRow['value'], field: string): SummaryRow => ({
    term,
    value,
    ...(change === null ? {} : { action: { href: `${change}#${field}`, text: t('ui.change'), about: term } }),
  });
  return [
    row(t('person.name'), <bdi>{person.fullName}</bdi>, 'fullName'),
    row(t('person.born'), calendarDate(person.born), 'born-day'),
    row(t('person.country'), country(person.birthCountry), 'birthCountry'),
  ];
}
