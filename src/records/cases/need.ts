import type { CaseCatalogue } from './catalogue.ts';

/** Whether a case cannot go on until the person does something. */
export function needsDoing(found: { readonly status: string }, catalogue: CaseCatalogue): boolean {
  return catalogue.statuses.get(found.status)?.tone === 'waiting-for-you';
}

/** The statuses in which a case cannot go on until the person does something. */
export function statusesThatNeed(catalogue: CaseCatalogue): readonly string[] {
  return [...catalogue.statuses.keys()].filter((status) => needsDoing({ status }, catalogue));
}

/** Whether nothing more is going to happen in a case, as far as its status tells. */
export function hasEnded(found: { readonly status: string }, catalogue: CaseCatalogue): boolean {
  return catalogue.statuses.get(found.status)?.ends === true;
}

/** The statuses in which nothing more is going to happen. */
export function endedStatuses(catalogue: CaseCatalogue): readonly string[] {
  return [...catalogue.statuses.keys()].filter((status) => hasEnded({ status }, catalogue));
}

/** Cases in the order of the home page: those that wait for the person first, then by what is newest. */
export function byNeed<
  T extends { readonly receipt: string; readonly status: string; readonly statusAt: Date },
>(cases: readonly T[], catalogue: CaseCatalogue): readonly T[] {
  const waits = (found: T) => (needsDoing(found, catalogue) ? 0 : 1);
  return cases.toSorted(
    (a, b) =>
      waits(a) - waits(b) ||
      b.statusAt.getTime() - a.statusAt.getTime() ||
      (a.receipt < b.receipt ? -1 : a.receipt > b.receipt ? 1 : 0),
  );
}
