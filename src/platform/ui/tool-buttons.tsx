import './elements.ts';
import type { Page } from './page.ts';

export type CopyButtonProps = {
  readonly page: Page;
  /** The id of what is copied: a `CodeList`, a `SecretKey` or any text. */
  readonly from: string;
  readonly label?: string;
};

/** Copies a text and says so. Only there where scripts run. */
export function CopyButton({ page, from, label }: CopyButtonProps) {
  const { t } = page.words;
  return (
    <portico-copy
      class="portico-tool"
      from={from}
      data-copied={t('ui.copied')}
      data-failed={t('ui.copy-failed')}
    >
      <button class="usa-button usa-button--outline" type="button">
        {label ?? t('ui.copy')}
      </button>
      <span class="portico-tool__result" role="status" />
    </portico-copy>
  );
}

/** Prints the page. Only there where scripts run. */
export function PrintButton({ page, label }: { readonly page: Page; readonly label?: string }) {
  return (
    <portico-print class="portico-tool">
      <button class="usa-button usa-button--outline" type="button">
        {label ?? page.words.t('ui.print')}
      </button>
    </portico-print>
  );
}
