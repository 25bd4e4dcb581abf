import type { PlainWordKey } from '../../platform/i18n/index.ts';
import { Button, type Page } from '../../platform/ui/index.ts';
import { SHOWS, type Show, type Wanted } from '../../records/overview/index.ts';

/** From so many cases on a list of them can be searched. */
export const FROM_WHICH_FOUND = 10;

const WORDS = {
  all: 'home.filter-all',
  todo: 'home.filter-todo',
  open: 'home.filter-open',
  closed: 'home.filter-closed',
} as const satisfies Record<Show, PlainWordKey>;

/** Looks for cases among many, by an address that can be kept. */
export function FindCases({
  page,
  action,
  wanted,
  count,
}: {
  readonly page: Page;
  readonly action: string;
  readonly wanted: Wanted;
  /** How many were found. */
  readonly count: number;
}) {
  const { t } = page.words;
  const isAsked = wanted.text !== '' || wanted.show !== 'all';
  return (
    <search class="portico-find" aria-label={t('home.filter-title')}>
      <form class="portico-find__form" method="get" action={action}>
        <div class="portico-find__field">
          <label class="usa-label" for="q">
            {t('home.filter-search')}
          </label>
          <input
            class="usa-input"
            id="q"
            name="q"
            type="search"
            value={wanted.text}
            maxLength={100}
            autoComplete="off"
          />
        </div>
        <div class="portico-find__field">
          <label class="usa-label" for="show">
            {t('home.filter-show')}
          </label>
          <select class="usa-select" id="show" name="show">
            {SHOWS.map((show) => (
              <option key={show} value={show} selected={show === wanted.show}>
                {t(WORDS[show])}
              </option>
            ))}
          </select>
        </div>
        <Button kind="secondary">{t('home.filter-submit')}</Button>
        {isAsked ? (
          <p class="portico-find__found" role="status">
            {t('home.filter-found', { count })}. <a href={action}>{t('home.filter-clear')}</a>
          </p>
        ) : null}
      </form>
    </search>
  );
}
