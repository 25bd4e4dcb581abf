import { inLanguage } from '../../platform/agency/index.ts';
import type { Page } from '../../platform/ui/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { WaitingTime } from '../../records/waiting-times/index.ts';

const DAYS_OF_A_MONTH = 30.44;
/** From how many days on people count in months. */
const LONG = 60;

/** So many days, with the months that they are about. */
export function sayDays(page: Page, count: number): string {
  const months = sayMonths(page, count);
  const days = page.words.t('waits.days', { count });
  return months === null ? days : page.words.t('waits.days-long', { days, months });
}

/** About how many months some days are; null where they are so few that nobody counts in months. */
export function sayMonths({ words }: Page, days: number): string | null {
  return days < LONG ? null : words.t('waits.months', { count: Math.round(days / DAYS_OF_A_MONTH) });
}

/** Within how many days half are decided. */
export function sayMiddle(page: Page, { middle, observed }: WaitingTime): string {
  return middle === null ? page.words.t('waits.more-than', { count: observed }) : sayDays(page, middle);
}

/** How many days 8 of 10 take. */
export function sayRange({ words }: Page, { low, high, observed }: WaitingTime): string {
  if (low === null) return words.t('waits.more-than', { count: observed });
  return high === null ? words.t('waits.range-open', { low }) : words.t('waits.range', { low, high });
}

/** The name of an office, or of all together. */
export function officeName({ words }: Page, office: string | null, { offices }: CaseCatalogue): string {
  if (office === null) return words.t('waits.all-offices');
  const found = offices.get(office);
  return found === undefined ? office : inLanguage(found.name, words.language);
}
