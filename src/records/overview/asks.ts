import { z } from 'zod';
import type { AgencyFault } from '../../platform/agency/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import { type CaseCatalogue, hasEnded } from '../cases/index.ts';
import type { NoticeTemplates } from '../document-templates/index.ts';
import type { UnclaimedNotice } from '../documents/index.ts';

/** A notice by which alone the agency asks the person for something. */
export type NoticeAsk = {
  /** Whether an answer has to be there by the day, or the person on it. */
  readonly is: 'answer' | 'appointment';
  readonly notice: string;
  readonly template: string;
  readonly day: CalendarDate;
};

/** A case as far as it says what became of a notice. */
export type AskedCase = {
  readonly status: string;
  readonly events: readonly { readonly status: string; readonly at: Date }[];
  /** Those that are open. */
  readonly requests: readonly { readonly documentId: string | null }[];
  readonly appointments: readonly { readonly history: readonly { readonly at: Date }[] }[];
};

const Day = z.iso.date();

/**
 * What notices ask by themselves: the newest of each template, where neither the case's status nor an open request says the
 * same, and nothing that came after it settled it.
 * @param notices in force and named by no request, newest first
 * @param today the agency's day
 */
export function asksOf(
  found: AskedCase,
  notices: readonly UnclaimedNotice[],
  {
    catalogue,
    templates,
    today,
  }: {
    readonly catalogue: CaseCatalogue;
    readonly templates: NoticeTemplates;
    readonly today: CalendarDate;
  },
): readonly NoticeAsk[] {
  if (hasEnded(found, catalogue)) return [];
  const newest = notices.filter(
    ({ template }, at) => notices.findIndex((each) => each.template === template) === at,
  );
  return newest.flatMap(({ id, template, at, fields }): NoticeAsk[] => {
    const asks = templates.all.get(template)?.asks;
    if (asks === undefined || asks.saidBy.includes(found.status)) return [];
    const isSettled = found.events.some(
      (event) =>
        event.at >= at &&
        (asks.settledBy.includes(event.status) || catalogue.statuses.get(event.status)?.decides === true),
    );
    const day = Day.safeParse(fields[asks.day]);
    if (isSettled || !day.success) return [];
    switch (asks.is) {
      case 'answer':
        if (found.requests.some(({ documentId }) => documentId === null)) return [];
        break;
      case 'appointment':
        // What the agency says of an appointment itself is the newer word.
        if (
          day.data < today ||
          found.appointments.some(({ history }) => history.some((step) => step.at >= at))
        )
          return [];
    }
    return [{ is: asks.is, notice: id, template, day: day.data }];
  });
}

/** The statuses that templates name and the agency does not have, as faults. */
export function faultsOfAsks(
  templates: NoticeTemplates,
  { statuses }: Pick<CaseCatalogue, 'statuses'>,
): readonly AgencyFault[] {
  return [...templates.all.values()].flatMap(({ file, asks }) =>
    [...(asks?.saidBy ?? []), ...(asks?.settledBy ?? [])]
      .filter((status) => !statuses.has(status))
      .map((status) => ({ file, reason: `asks: there is no status "${status}" in statuses.json` })),
  );
}
