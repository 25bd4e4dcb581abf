import { dayAfter, dayOf, instantOf, startOfDay } from '../platform/calendar/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import { loadAppointmentRules } from '../records/appointments/index.ts';
import { loadCaseCatalogue, type Office } from '../records/cases/index.ts';
import { agencyFeed } from '../records/feed/index.ts';

/** For how many days ahead the offices of the demonstration say when they see people. */
const DAYS_AHEAD = 75;
/** So long before a day the agency says its times, the same on every start. */
const SAID_BEFORE = 90;
const HOURS = ['08:30', '09:00', '09:30', '10:15', '11:00', '11:45', '13:30', '14:15', '15:00', '15:45'];

/**
 * Lets every office with an address say when it sees people, by lines of the feed, for each working day that is near. What was
 * said before is known again, and what people took stays theirs.
 */
export async function loadTimes({
  agency,
  database,
  vault,
  clock,
}: Pick<Foundation, 'agency' | 'database' | 'vault'> & { readonly clock: Clock }): Promise<void> {
  const catalogue = loadCaseCatalogue(agency);
  const rules = loadAppointmentRules(agency, catalogue);
  const today = dayOf(clock.now(), agency.timeZone);
  const days = Array.from({ length: DAYS_AHEAD }, (_, ahead) => dayAfter(today, ahead + 1)).filter(isWorkday);
  const offices = [...catalogue.offices.values()].filter(({ address }) => address !== null);
  const lines = days.flatMap((day) =>
    offices.flatMap((office) => [...rules.types.keys()].flatMap((type) => lineOf(day, office, type))),
  );
  await agencyFeed({ agency, database, vault }, clock).take(
    (async function* () {
      for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
    })(),
  );
}

/** The times of a day, most of which are taken by people who are nobody's account. */
function lineOf(day: string, { code, timeZone }: Office, type: string): readonly object[] {
  const id = `demo-times-${code}-${type}-${day}`;
  const times = HOURS.filter(
    (hour) => chance(`${id} ${hour}`) < 3 && instantOf(`${day}T${hour}`, timeZone).is === 'instant',
  ).map((hour) => ({ start: `${day}T${hour}`, capacity: 1 + (chance(`${hour} ${id}`) % 2) }));
  const at = startOfDay(dayAfter(day, -SAID_BEFORE), timeZone).toISOString();
  return times.length === 0 ? [] : [{ kind: 'slots', id, at, office: code, type, times }];
}

const isWorkday = (day: string): boolean => ![0, 6].includes(new Date(day).getUTCDay());

/** One of ten, the same for the same text. */
function chance(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_003;
  return sum % 10;
}
