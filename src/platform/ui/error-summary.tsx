import './elements.ts';
import type { Page } from './page.ts';

export type FieldError = {
  /** The name of the field; for a date, of its first wrong part. */
  readonly field: string;
  readonly text: string;
};

/** On top of a page whose answers were refused: what is wrong, each with a link to its field. */
export function ErrorSummary({
  page,
  errors,
  note,
}: {
  readonly page: Page;
  readonly errors: readonly FieldError[];
  /** What else has to be done again, such as a secret that is not kept. */
  readonly note?: string | undefined;
}) {
  if (errors.length === 0) return null;
  return (
    <portico-error-summary>
      <div class="portico-error-summary" role="alert" tabIndex={-1} aria-labelledby="error-summary-title">
        <h2 class="portico-error-summary__title" id="error-summary-title">
          {page.words.t('ui.error-summary-title')}
        </h2>
        <ul class="portico-error-summary__list">
          {errors.map(({ field, text }) => (
            <li key={field}>
              <a href={`#${field}`}>{text}</a>
            </li>
          ))}
        </ul>
        {note === undefined ? null : <p>{note}</p>}
      </div>
    </portico-error-summary>
  );
}

/** What is wrong with a field; undefined when nothing is. */
export function errorOf(errors: readonly FieldError[] | undefined, field: string): string | undefined {
  return errors?.find((each) => each.field === field)?.text;
}
