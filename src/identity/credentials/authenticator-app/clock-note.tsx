import type { Page } from '../../../platform/ui/index.ts';

/**
 * What to look at when a code is not right: the clock that it was made by. It says so of every wrong code, since to say it
 * of those of another time alone would help whoever guesses.
 */
export function ClockNote({ page }: { readonly page: Page }) {
  const { t, exactTime } = page.words;
  return <p>{t('authenticator-app.clock', { time: exactTime(page.now) })}</p>;
}
