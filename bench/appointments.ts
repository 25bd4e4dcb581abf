import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { type Bench, either, type Run } from './lib/bench.ts';
import { atMost, type Finding } from './lib/finding.ts';
import { agencies, cases, clocks, appointments as product } from './lib/product.ts';
import { openVault, type Seeding } from './lib/seed.ts';
import { type Stage, setStage } from './lib/stage.ts';
import { median, percentile } from './lib/statistics.ts';

const RACERS = 200;
const MOST_RATIO = 1.2;
/** Connections that the racers share, as many as a server has. */
const AT_ONCE = 20;
const PLAIN = { needs: { interpreter: null, access: [] }, reason: 'other' };

type Database = Seeding['connection']['database'];
type Racer = { readonly accountId: string; readonly id: string };

/** Whether a place goes to one of many, what choosing costs among many appointments, and what a calendar that reads again costs. */
export const appointments: Bench = {
  name: 'appointments',
  title: 'Appointments',
  measure: async (run) => {
    const stage = await setStage(run, 'appointments', { accounts: 1, signedIn: 1, casesEach: 5 });
    const seeding = stage.open();
    try {
      const { database } = seeding.connection;
      const racers = await seedRacers(database, RACERS);
      return [
        ...(await race(run, seeding, racers)),
        await readAgain(run, seeding, stage),
        await amongMany(run, seeding, racers),
      ];
    } finally {
      await seeding.connection.close();
      await stage.close();
    }
  },
};

function roomOf(seeding: Seeding) {
  const agency = agencies.loadAgency(seeding.agencyFolder);
  return product.makeAppointments({
    database: seeding.connection.database,
    vault: openVault(seeding),
    clock: clocks.systemClock,
    rules: product.loadAppointmentRules(agency, cases.loadCaseCatalogue(agency)),
    timeZone: agency.timeZone,
  });
}

/** People who may all choose a time, each with a case of their own. */
async function seedRacers(database: Database, count: number): Promise<readonly Racer[]> {
  const racers = Array.from({ length: count }, (_, n) => ({
    accountId: randomUUID(),
    id: randomUUID(),
    receipt: `ARC8${String(n).padStart(9, '0')}`,
  }));
  const column = (of: 'accountId' | 'id' | 'receipt') => racers.map((racer) => racer[of]);
  const none = sql`'\\x00'::bytea`;
  await sql`
    insert into account (id, created_at, language, data_key, full_name_sealed, born_sealed, birth_country_sealed)
    select id, now(), 'en', ${none}, ${none}, ${none}, ${none} from unnest(${column('accountId')}::uuid[]) id`.execute(
    database,
  );
  await sql`
    insert into case_record (
      receipt, form, data_key, person_sealed, person_index, status, status_at, latest_event, created_at, updated_at
    )
    select receipt, 'NAT-1', ${none}, ${none}, ${none}, 'case-received', now(), 'none', now(), now()
    from unnest(${column('receipt')}::text[]) receipt`.execute(database);
  await sql`
    insert into case_link (account_id, receipt, linked_at, how)
    select id, receipt, now(), 'claimed'
    from unnest(${column('accountId')}::uuid[], ${column('receipt')}::text[]) as own (id, receipt)`.execute(
    database,
  );
  await sql`
    insert into appointment (id, event, receipt, type, state, state_at, offices, said_at, said_by)
    select id, id::text, receipt, 'biometrics', 'offered', now(), '{port-aurelia}', now(), 'bench'
    from unnest(${column('id')}::uuid[], ${column('receipt')}::text[]) as own (id, receipt)`.execute(
    database,
  );
  return racers;
}

/** A time with one place, so many days ahead. */
async function newSlot(database: Database, at: Date): Promise<string> {
  const id = randomUUID();
  await sql`
    insert into appointment_slot (id, office, type, starts_at, wall_time, zone, capacity, said_at, said_by)
    values (${id}, 'port-aurelia', 'biometrics', ${at}::timestamptz, ${wallTime(sql`${at}::timestamptz`)}, 'America/New_York', 1, now(), 'bench')`.execute(
    database,
  );
  await sql`insert into appointment_place (slot_id, number) values (${id}, 1)`.execute(database);
  return id;
}

/** What clocks of the office say at a moment. */
const wallTime = (at: RawBuilder<unknown>) =>
  sql`to_char(${at} at time zone 'America/New_York', 'YYYY-MM-DD"T"HH24:MI')`;

const ahead = (minutes: number): Date => new Date(Date.now() + (30 * 24 * 60 + minutes) * 60_000);

/** Many who all want the same place, again and again. */
async function race(run: Run, seeding: Seeding, racers: readonly Racer[]): Promise<readonly Finding[]> {
  const { database } = seeding.connection;
  const room = roomOf(seeding);
  const rounds = either(run, 1000, 10);
  let [doubles, none, errors] = [0, 0, 0];
  const milliseconds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const slot = await newSlot(database, ahead(round));
    const waiting = [...racers];
    let won = 0;
    const go = async ({ accountId, id }: Racer) => {
      const began = performance.now();
      const held = await room.hold(accountId, id, slot);
      const became =
        held.is === 'held' ? await room.book(accountId, id, { ...PLAIN, slot, version: 1 }) : held;
      milliseconds.push(performance.now() - began);
      if (became.is === 'booked') won += 1;
    };
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let racer = waiting.pop(); racer !== undefined; racer = waiting.pop())
          await go(racer).catch(() => {
            errors += 1;
          });
      }),
    );
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from appointment where state = 'fixed'`.execute(database);
    doubles += Math.max(0, won - 1, (rows[0]?.count ?? 0) - 1);
    none += won === 0 ? 1 : 0;
    await sql`update appointment_place set appointment_id = null, held_until = null, withdrawn = true where slot_id = ${slot}`.execute(
      database,
    );
    await sql`
      update appointment set state = 'offered', office = null, starts_at = null, moves = 0, version = 1 where state = 'fixed'`.execute(
      database,
    );
  }
  const what = `${RACERS} people for one place, ${rounds.toLocaleString('en')} times`;
  return [
    { what: `${what}: places given twice`, value: doubles, unit: '', goal: atMost(0), from: { rounds } },
    { what: `${what}: places given to nobody`, value: none, unit: '', goal: atMost(0), from: { rounds } },
    { what: `${what}: errors`, value: errors, unit: '', goal: atMost(0), from: { rounds } },
    {
      what: `${what}: 95 of 100 knew within`,
      value: percentile(milliseconds, 0.95),
      unit: 'ms',
      goal: atMost(250),
      from: { tries: milliseconds.length, 'ms median': median(milliseconds) },
    },
  ];
}

/** A calendar that has read before and finds nothing new. */
async function readAgain(run: Run, { connection }: Seeding, { portico }: Stage): Promise<Finding> {
  const { database } = connection;
  const { rows } = await sql<{ accountId: string }>`
    select account_id as "accountId" from case_link group by account_id having count(*) = 5`.execute(
    database,
  );
  const calendars = product.makeCalendars({ database, clock: clocks.systemClock });
  const token = await calendars.add(database, rows[0]?.accountId ?? '', 'en');
  const url = `http://127.0.0.1:${portico.port}/calendars/${token}.ics`;
  const first = await fetch(url);
  const etag = first.headers.get('etag') ?? '';
  await first.text();
  const milliseconds: number[] = [];
  for (let time = 0; time < either(run, 2000, 200); time++) {
    const began = performance.now();
    const { status } = await fetch(url, { headers: { 'if-none-match': etag } });
    if (status !== 304) throw new Error(`a calendar that is known was answered with ${status}`);
    milliseconds.push(performance.now() - began);
  }
  return {
    what: 'A calendar that reads again and finds nothing new, median',
    value: median(milliseconds),
    unit: 'ms',
    goal: atMost(10),
    from: { reads: milliseconds.length },
  };
}

/** The free times of a month, among few and among many appointments of others. */
async function amongMany(run: Run, seeding: Seeding, racers: readonly Racer[]): Promise<Finding> {
  const { database } = seeding.connection;
  const room = roomOf(seeding);
  const [few, many] = [1000, either(run, 2_000_000, 20_000)];
  for (let at = 0; at < 300; at++) await newSlot(database, ahead(5000 + at * 30));
  const [racer] = racers;
  const found = racer === undefined ? null : await room.appointmentOf(racer.accountId, racer.id);
  if (found === null) throw new Error('there is no appointment');
  const typical = async () => {
    const milliseconds: number[] = [];
    for (let time = 0; time < either(run, 400, 100); time++) {
      const began = performance.now();
      await room.monthFor(found, { month: null, day: null, office: null });
      milliseconds.push(performance.now() - began);
    }
    return median(milliseconds);
  };
  await seedOthers(database, 0, few);
  await typical();
  const amongFew = await typical();
  await seedOthers(database, few, many);
  await typical();
  const among = await typical();
  return {
    what: `Free times of a month among ${many.toLocaleString('en')} appointments ÷ among ${few.toLocaleString('en')}`,
    value: among / amongFew,
    unit: '',
    goal: atMost(MOST_RATIO),
    from: { 'ms among few': amongFew, 'ms among many': among },
  };
}

/** Appointments that people came to, each at a time of its own before now. */
async function seedOthers(database: Database, from: number, to: number): Promise<void> {
  await database.connection().execute(async (own) => {
    await sql`set statement_timeout = 0`.execute(own);
    await sql`
      create temporary table seeded as
      select gen_random_uuid() as slot, gen_random_uuid() as id, n,
        (array['port-aurelia', 'lindenmark', 'costa-serena', 'novaria'])[1 + n % 4] as office,
        (array['biometrics', 'interview', 'oath'])[1 + (n / 4) % 3] as type,
        now() - make_interval(mins => 15 * (n / 12 + 1)) as at
      from generate_series(${from}::int, ${to - 1}::int) n`.execute(own);
    await sql`
      insert into appointment_slot (id, office, type, starts_at, wall_time, zone, capacity, said_at, said_by)
      select slot, office, type, at, ${wallTime(sql`at`)}, 'America/New_York', 1, at, 'bench' from seeded`.execute(
      own,
    );
    await sql`
      insert into appointment (
        id, event, receipt, type, state, state_at, offices, office, starts_at, wall_time, zone, said_at, said_by
      )
      select id, 'other-' || n, 'ARC8' || lpad((n % 200)::text, 9, '0'), type, 'done', at, array[office], office, at,
        'bench', 'America/New_York', at, 'bench' from seeded`.execute(own);
    await sql`insert into appointment_place (slot_id, number, appointment_id) select slot, 1, id from seeded`.execute(
      own,
    );
    await sql`drop table seeded`.execute(own);
    await sql`vacuum analyze appointment, appointment_slot, appointment_place`.execute(own);
    await sql`reset statement_timeout`.execute(own);
  });
}
