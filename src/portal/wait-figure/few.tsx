import type { Page } from '../../platform/ui/index.ts';
import type { Form } from '../../records/cases/index.ts';

/** In the place of a picture: there are too few decisions to count, and what the agency itself expects. */
export function FewDecisions({ page, form }: { readonly page: Page; readonly form: Form | undefined }) {
  const { t } = page.words;
  return (
    <p>
      {t('waits.few-text')} {form === undefined ? null : expected(page, form)}
    </p>
  );
}

function expected({ words }: Page, { weeks: { from, to } }: Form): string {
  return from === to
    ? words.t('waits.few-weeks-about', { weeks: to })
    : words.t('waits.few-weeks', { from, to });
}
