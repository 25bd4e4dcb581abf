import { ContactLinks, type Page, verbatim } from '../../platform/ui/index.ts';
import {
  type Appointment,
  type AppointmentType,
  hasTime,
  type May,
  mayCancel,
  mayMove,
} from '../../records/appointments/index.ts';
import { sayWhen, typeName, zoneOf } from './when.tsx';

type RulesView = { readonly page: Page; readonly found: Appointment; readonly type: AppointmentType };

/** What the rules let a person do with an appointment and until when, before they begin. */
export function RulesText({ page, found, type }: RulesView) {
  const { t } = page.words;
  const [move, cancel] = [mayMove(found, type, page.now), mayCancel(found, type, page.now)];
  return (
    <section>
      <h2>{t('appointments.rules')}</h2>
      <p>{sayMove(page, move, found)}</p>
      {move.is === 'over' ? null : <p>{sayCancel(page, cancel, found)}</p>}
    </section>
  );
}

/** What the rules say of a change. */
export function sayMove(page: Page, may: May, found: Appointment): string {
  const { t } = page.words;
  const until = (at: Date) => sayWhen(page, at, zoneOf(page, found));
  switch (may.is) {
    case 'may':
      return t('appointments.move-may', { left: may.left ?? 0, until: until(may.until) });
    case 'never':
      return t('appointments.move-never');
    case 'used-up':
      return t('appointments.move-used-up', { times: may.times });
    case 'too-late':
      return t('appointments.move-too-late', { until: until(may.since) });
    case 'over':
      return t('appointments.over');
  }
}

/** What the rules say of a cancellation. */
function sayCancel(page: Page, may: May, found: Appointment): string {
  const { t } = page.words;
  const until = (at: Date) => sayWhen(page, at, zoneOf(page, found));
  switch (may.is) {
    case 'may':
      return t('appointments.cancel-may', { until: until(may.until) });
    case 'never':
    case 'used-up':
      return t('appointments.cancel-never');
    case 'too-late':
      return t('appointments.cancel-too-late', { until: until(may.since) });
    case 'over':
      return t('appointments.over');
  }
}

/** How to reach the office where the rules end, and what to say there. The one place that says so. */
export function AskOffice({
  page,
  found,
  type,
}: Omit<RulesView, 'type'> & { readonly type: AppointmentType | undefined }) {
  const { t } = page.words;
  return (
    <section>
      <h2>{t('appointments.ask-title')}</h2>
      <p>
        {t('appointments.ask-text')} <ContactLinks page={page} />
      </p>
      <p>{t('appointments.ask-say')}</p>
      <ul>
        <li>{page.words.rich('appointments.ask-receipt', { receipt: found.receipt, code: verbatim })}</li>
        <li>
          {hasTime(found)
            ? t('appointments.ask-what', {
                type: typeName(page, type),
                when: sayWhen(page, found.startsAt, found.zone),
              })
            : typeName(page, type)}
        </li>
      </ul>
    </section>
  );
}
