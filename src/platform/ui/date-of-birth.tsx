import { inputClass } from './field.tsx';
import { type FieldParts, GroupSet } from './field-parts.tsx';
import { useAnswer } from './form-context.ts';
import type { Page } from './page.ts';
import { Options, selectClass } from './select.tsx';

export type DatePart = 'day' | 'month' | 'year';

export type DateOfBirthProps = FieldParts & {
  readonly page: Page;
  /** What was typed, as it was typed. */
  readonly value?: Partial<Readonly<Record<DatePart, string>>> | undefined;
  /** The parts that the error is about; all three when left out. The summary links to `name-day` and so on. */
  readonly wrong?: readonly DatePart[];
};

/** A birth date in three fields, posted as `name-day`, `name-month` (1 to 12) and `name-year`. */
export function DateOfBirth(props: DateOfBirthProps) {
  const { page, name, value = {}, error, wrong = ['day', 'month', 'year'] } = props;
  const { t, months } = page.words;
  const month = useAnswer(`${name}-month`, value.month);
  const errorOf = (part: DatePart) => (wrong.includes(part) ? error : undefined);
  return (
    <GroupSet {...props}>
      <div class="portico-date">
        <div>
          <label class="usa-label" for={`${name}-day`}>
            {t('ui.day')}
          </label>
          <Digits
            name={`${name}-day`}
            autocomplete="bday-day"
            length={2}
            value={value.day}
            error={errorOf('day')}
          />
        </div>
        <div class="portico-date__month">
          <label class="usa-label" for={`${name}-month`}>
            {t('ui.month')}
          </label>
          <select
            class={selectClass(errorOf('month'))}
            id={`${name}-month`}
            name={`${name}-month`}
            autocomplete="bday-month"
            {...invalid(errorOf('month'))}
          >
            <Options
              options={months.map((label, index) => ({ value: String(index + 1), label }))}
              value={month}
              placeholder={t('ui.choose-month')}
            />
          </select>
        </div>
        <div>
          <label class="usa-label" for={`${name}-year`}>
            {t('ui.year')}
          </label>
          <Digits
            name={`${name}-year`}
            autocomplete="bday-year"
            length={4}
            value={value.year}
            error={errorOf('year')}
          />
        </div>
      </div>
    </GroupSet>
  );
}

type DigitsProps = {
  readonly name: string;
  readonly autocomplete: string;
  readonly length: 2 | 4;
  readonly value: string | undefined;
  readonly error: string | undefined;
};

function Digits({ name, autocomplete, length, value: own, error }: DigitsProps) {
  const value = useAnswer(name, own);
  return (
    <input
      class={inputClass(error, `portico-input--digits-${length}`)}
      id={name}
      name={name}
      type="text"
      inputmode="numeric"
      autocomplete={autocomplete}
      {...(value === undefined || value === '' ? {} : { value })}
      {...invalid(error)}
    />
  );
}

function invalid(error: string | undefined) {
  return error === undefined ? {} : ({ 'aria-invalid': 'true' } as const);
}
