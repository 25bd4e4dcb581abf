import type { Logger } from 'pino';
import { asAccountId, readAddressee } from '../../identity/core/accounts/index.ts';
import { isUnderAlarm } from '../../identity/session/alarm/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import { wallTimeOf } from '../../platform/calendar/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Timed } from '../../platform/floor/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import type { Mailer } from '../../platform/messages/index.ts';
import { type Appointments, remindDue } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { appointmentPath } from './paths.ts';

type ReminderParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly mailer: Mailer;
  readonly appointments: Pick<Appointments, 'rules' | 'tellEarlier'>;
  readonly catalogue: CaseCatalogue;
  readonly log: Logger;
};

/** Writes to people of their appointments, before each by the agency's times, and of earlier times to those who asked. */
export function appointmentLetters(parts: ReminderParts): readonly Timed[] {
  const { appointments } = parts;
  return [
    {
      name: 'remind-of-appointments',
      cron: '*/5 * * * *',
      run: () =>
        remindDue(
          parts,
          appointments.rules.reminders,
          (transaction, { accountId, ...reminder }) =>
            write(parts, transaction, accountId, {
              ...REMINDER,
              ...reminder,
              path: appointmentPath(reminder.appointmentId),
            }),
          isUnderAlarm,
        ),
    },
    {
      name: 'tell-of-earlier-times',
      cron: '*/5 * * * *',
      run: () =>
        appointments.tellEarlier({
          send: async (transaction, { accountIds, ...earlier }) => {
            const said = { ...EARLIER, ...earlier, path: appointmentPath(earlier.appointmentId, 'times') };
            for (const accountId of accountIds) await write(parts, transaction, accountId, said);
          },
          isHeld: isUnderAlarm,
          log: parts.log,
        }),
    },
  ];
}

type Said = {
  readonly title: PlainWordKey;
  readonly text: PlainWordKey;
  readonly link: PlainWordKey;
  /** Where it leads. */
  readonly path: string;
  readonly office: string;
  readonly startsAt: Date;
  readonly zone: string;
};

const REMINDER = {
  title: 'appointments.mail-title',
  text: 'appointments.mail-text',
  link: 'appointments.mail-link',
} as const;
const EARLIER = {
  title: 'appointments.mail-earlier-title',
  text: 'appointments.mail-earlier-text',
  link: 'appointments.mail-earlier-link',
} as const;
/** A letter that is older says what has passed. */
const USEFUL_MINUTES = 24 * 60;

/** One letter to the main address, in the person's language; nothing of it says of which case it is. */
async function write(
  { vault, mailer, catalogue }: ReminderParts,
  transaction: Database,
  accountId: string,
  { title, text, link, path, office, startsAt, zone }: Said,
): Promise<void> {
  const person = await readAddressee(transaction, vault, asAccountId.parse(accountId));
  const [to] = person?.emails ?? [];
  if (person === null || to === undefined) return;
  const { language } = person;
  const place = catalogue.offices.get(office);
  await mailer.letter(
    transaction,
    { to, language },
    ({ t, weekday, wallTime, zoneName }, { agency, page }) => {
      const [day = '', time = ''] = wallTimeOf(startsAt, zone).split('T');
      const when = t('appointments.at', { day: weekday(day), time: wallTime(time) });
      return {
        subject: t('appointments.mail-subject', { agency }),
        title: t(title),
        paragraphs: [t(text)],
        facts: [
          { term: t('appointments.when'), value: `${when} (${zoneName(startsAt, zone)})` },
          {
            term: t('appointments.where'),
            value: place === undefined ? office : inLanguage(place.name, language),
          },
        ],
        link: { text: t(link), href: page(path) },
        usefulMinutes: USEFUL_MINUTES,
      };
    },
  );
}
