import type { Agency } from '../platform/agency/index.ts';
import { type Appointments, loadAppointmentRules, makeAppointments } from '../records/appointments/index.ts';
import { linkCase, loadCaseCatalogue } from '../records/cases/index.ts';
import { agencyFeed } from '../records/feed/index.ts';
import { bareAccount } from './bare-account.ts';
import type { TestDatabase } from './database.ts';

const PERSON = { family: 'Haddad', given: 'Amina', born: '1989-04-17', birthCountry: 'LB' };

/** An agency that says of cases and appointments what a test has it say. */
export type AppointmentBench = {
  readonly appointments: Appointments;
  /** @returns why lines were refused */
  say(...lines: readonly object[]): Promise<readonly string[]>;
  /** Adds a case of an account. @returns its receipt */
  newCase(accountId: string): Promise<string>;
  /** Adds an account with a case of its own. */
  newPerson(): Promise<{ readonly accountId: string; readonly receipt: string }>;
  /** Lets the office see people at times by its own clock. */
  open(times: Readonly<Record<string, number>>, more?: { office?: string; type?: string }): Promise<void>;
  /** Has somebody choose a time. @returns the id of the appointment */
  offer(receipt: string, more?: object): Promise<string>;
};

/** Makes rooms of appointments on a database of a test. */
export function appointmentBench({ database, vault, clock }: TestDatabase, agency: Agency): AppointmentBench {
  const rules = loadAppointmentRules(agency, loadCaseCatalogue(agency));
  const appointments = makeAppointments({ database, vault, clock, rules, timeZone: agency.timeZone });
  let serial = 0;
  const next = (name: string) => `${name}-${++serial}`;
  const say: AppointmentBench['say'] = async (...lines) => {
    const bad: string[] = [];
    const at = clock.now().toISOString();
    await agencyFeed({ agency, database, vault }, clock).take(
      (async function* () {
        for (const line of lines) yield Buffer.from(`${JSON.stringify({ at, ...line })}\n`);
      })(),
      { badLine: (_, reason) => bad.push(reason) },
    );
    return bad;
  };
  const said = async (...lines: readonly object[]) => {
    const bad = await say(...lines);
    if (bad.length > 0) throw new Error(bad.join('\n'));
  };
  const newCase = async (accountId: string) => {
    const receipt = `ARC${String(++serial).padStart(10, '0')}`;
    await said({ id: next('case'), receipt, form: 'NAT-1', status: 'case-received', person: PERSON });
    await linkCase(database, { accountId, receipt, how: 'claimed', at: clock.now() });
    return receipt;
  };
  return {
    appointments,
    say,
    newCase,
    newPerson: async () => {
      const accountId = await bareAccount(database, clock);
      return { accountId, receipt: await newCase(accountId) };
    },
    open: (times, { office = 'port-aurelia', type = 'biometrics' } = {}) =>
      said({
        kind: 'slots',
        id: next('slots'),
        office,
        type,
        times: Object.entries(times).map(([start, capacity]) => ({ start, capacity })),
      }),
    offer: async (receipt, more = {}) => {
      const id = next('offer');
      const offer = { state: 'offered', type: 'biometrics', offices: ['port-aurelia'] };
      await said({ kind: 'appointment', id, receipt, ...offer, ...more });
      const { id: found } = await database
        .selectFrom('appointment')
        .select('id')
        .where('event', '=', id)
        .executeTakeFirstOrThrow();
      return found;
    },
  };
}
