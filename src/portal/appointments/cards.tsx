import type { ComponentChildren } from 'preact';
import type { Page } from '../../platform/ui/index.ts';
import { type Appointment, type AppointmentRules, hasTime } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { appointmentPath } from './paths.ts';
import { StandingTag } from './state.tsx';
import { officeName, sayWhen, typeName } from './when.tsx';

/** Appointments as entries of a list, each leading to its page. */
export function AppointmentCards<Found extends Appointment>({
  page,
  appointments,
  rules,
  catalogue,
  aboutOf,
}: {
  readonly page: Page;
  readonly appointments: readonly Found[];
  readonly rules: AppointmentRules;
  readonly catalogue: CaseCatalogue;
  /** What each is of, where that is not said around the list. */
  readonly aboutOf?: (found: Found) => ComponentChildren;
}) {
  return (
    <ul class="portico-documents">
      {appointments.map((found) => (
        <li class="portico-document" key={found.id} data-key={found.id} data-changes>
          <p class="portico-document__name">
            <a href={appointmentPath(found.id)}>{typeName(page, rules.types.get(found.type))}</a>
          </p>
          {hasTime(found) ? (
            <p class="portico-when">
              <time dateTime={found.startsAt.toISOString()}>{sayWhen(page, found.startsAt, found.zone)}</time>
            </p>
          ) : null}
          <p class="portico-document__facts">
            {hasTime(found) ? <span>{officeName(page, found.office, catalogue)}</span> : null}
            {aboutOf === undefined ? null : <span>{aboutOf(found)}</span>}
          </p>
          <p class="portico-document__state">
            <StandingTag page={page} found={found} />
          </p>
        </li>
      ))}
    </ul>
  );
}
