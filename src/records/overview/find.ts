import { z } from 'zod';
import { tidyLine } from '../../platform/typed/index.ts';
import { type CaseCatalogue, hasEnded } from '../cases/index.ts';
import type { OverviewCase } from './overview.ts';
import { tasksOf } from './tasks.ts';

export const SHOWS = ['all', 'todo', 'open', 'closed'] as const;
export type Show = (typeof SHOWS)[number];

/** What a person looks for among their cases. */
export type Wanted = { readonly text: string; readonly show: Show };

const LONGEST = 100;
const Query = z.object({
  q: z.string().transform(tidyLine).pipe(z.string().max(LONGEST)).catch(''),
  show: z.enum(SHOWS).catch('all'),
});

/** Reads what is looked for from the query of an address; whatever is not understood looks for everything. */
export function wantedOf(query: unknown): Wanted {
  const { q, show } = Query.catch({ q: '', show: 'all' }).parse(query);
  return { text: q, show };
}

/**
 * The cases that fit. Each word that is looked for stands somewhere in the names of the form, the receipt number or the
 * person's name, whatever its marks and capitals.
 */
export function findCases(
  cases: readonly OverviewCase[],
  { text, show }: Wanted,
  catalogue: CaseCatalogue,
): readonly OverviewCase[] {
  const words = plain(text).split(/\s+/u).filter(Boolean);
  const receipt = catalogue.receipts.read(text);
  const waiting = new Set(tasksOf(cases, catalogue).map(({ found }) => found.receipt));
  const isShown = (found: OverviewCase): boolean => {
    switch (show) {
      case 'all':
        return true;
      case 'todo':
        return waiting.has(found.receipt);
      case 'open':
        return !hasEnded(found, catalogue);
      case 'closed':
        return hasEnded(found, catalogue);
    }
  };
  return cases.filter((found) => {
    const names = Object.values(catalogue.forms.get(found.form)?.name ?? {});
    const all = plain([...names, found.form, found.receipt, found.person.name].join(' '));
    return isShown(found) && (found.receipt === receipt || words.every((word) => all.includes(word)));
  });
}

const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
