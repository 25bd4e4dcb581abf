import { join } from 'node:path';
import { z } from 'zod';
import {
  type Agency,
  inLanguage,
  type Localized,
  readAgencyFile,
  requireLanguages,
} from '../../platform/agency/index.ts';
import { DAY, MINUTE } from '../../platform/clock/index.ts';
import { numberOf } from '../../platform/typed/index.ts';
import { allows, type CaseCatalogue, type RecordedPerson } from '../cases/index.ts';
import { type Random, seededRandom } from './random.ts';

const weight = z.int().min(1);
const span = z.tuple([z.int().min(0), z.int().min(0)]).refine(([from, to]) => from <= to, 'runs backwards');

/** One thing that may happen next: after so many days, or, without days, on the day that was announced. */
const Step = z.strictObject({
  /** A status, or nothing when the history ends here. */
  to: z.string(),
  weight,
  days: span.optional(),
});

const HistoriesFile = z.strictObject({
  /** The last moment of every generated feed. */
  until: z.iso.datetime().transform((text) => new Date(text)),
  /** How long before it the first case begins. */
  years: z.int().min(1),
  /** By code, each with how long it takes over a step, in percent of the days that are written. */
  offices: z.array(z.strictObject({ office: z.string(), weight, pace: z.int().min(1) })).min(1),
  /** The statuses with which a case goes to another office. */
  moves: z.array(z.string()),
  forms: z
    .array(
      z.strictObject({
        form: z.string(),
        weight,
        start: z.string(),
        steps: z.record(z.string(), z.array(Step).min(1)),
      }),
    )
    .min(1),
  /** By status. With days, a date that far ahead is announced as `{date}` and `{time}`. */
  details: z.record(
    z.string(),
    z.strictObject({ days: span.optional(), texts: z.array(z.record(z.string(), z.string().min(1))).min(1) }),
  ),
});

const NamesFile = z.strictObject({
  origins: z
    .array(
      z.strictObject({
        country: z.string().length(2),
        weight,
        given: z.array(z.string()).min(1),
        family: z.array(z.string()).min(1),
      }),
    )
    .min(1),
});

/** What generated cases are made of. */
export type DemoMaterial = {
  readonly histories: z.infer<typeof HistoriesFile>;
  readonly names: z.infer<typeof NamesFile>;
  readonly agency: Agency;
  readonly offices: CaseCatalogue['offices'];
};

/**
 * Reads `demo/histories.json` and `demo/names.json` of an agency's folder.
 * @throws an error that names every fault, such as a status that the agency does not have
 */
export function loadDemoMaterial(agency: Agency, catalogue: CaseCatalogue): DemoMaterial {
  const histories = readAgencyFile(agency.folder, join('demo', 'histories.json'), HistoriesFile);
  const names = readAgencyFile(agency.folder, join('demo', 'names.json'), NamesFile);
  const faults: string[] = [];
  for (const { form: code, start, steps } of histories.forms) {
    const form = catalogue.forms.get(code);
    if (form === undefined) {
      faults.push(`form "${code}" is not known`);
      continue;
    }
    const named = new Set([
      start,
      ...Object.keys(steps),
      ...Object.values(steps)
        .flat()
        .map(({ to }) => to),
    ]);
    for (const name of named) {
      const status = catalogue.statuses.get(name);
      if (name !== '' && status === undefined) faults.push(`form "${code}": status "${name}" is not known`);
      else if (status !== undefined && !allows(form, status)) {
        faults.push(`form "${code}": status "${name}" is not one of the form`);
      }
    }
    for (const [from, all] of Object.entries(steps)) {
      const announces = histories.details[from]?.days !== undefined;
      if (!announces && all.some(({ to, days }) => to !== '' && days === undefined)) {
        faults.push(`form "${code}": nothing says when what follows "${from}" happens`);
      }
    }
  }
  for (const { office } of histories.offices)
    if (!catalogue.offices.has(office)) faults.push(`office "${office}" is not known`);
  for (const { texts } of Object.values(histories.details)) {
    for (const text of texts) requireLanguages(text, agency.languages);
  }
  if (faults.length > 0) throw new Error(`${agency.folder}/demo/histories.json:\n${faults.join('\n')}`);
  return { histories, names, agency, offices: catalogue.offices };
}

type GeneratedEvent = {
  readonly id: string;
  readonly receipt: string;
  readonly form: string;
  readonly at: string;
  readonly status: string;
  readonly detail?: Localized;
  readonly person: RecordedPerson;
  readonly accessCode?: string;
  readonly office: string;
};

/** Cases whose events are mixed by time, so that a feed looks like an agency's week and needs little memory. */
const MIXED = 500;
const MOST_EVENTS = 40;
const CODE_LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * Writes a feed of invented cases, the same for the same seed.
 * @param events how many lines; the last cases are cut off there
 * @returns the lines, without line endings
 */
export function* generateFeed(
  material: DemoMaterial,
  { seed, events }: { readonly seed: number; readonly events: number },
): Generator<string> {
  let left = events;
  for (const lines of generateLines(material, seed)) {
    yield* lines.slice(0, left);
    left -= lines.length;
    if (left <= 0) return;
  }
}

/**
 * Writes whole invented cases, the same for the same seed and last moment.
 * @param until the last moment, where it is not that of the material
 * @param years how long before it the first case begins, where it is not that of the material
 */
export function* generateCases(
  { histories, ...material }: DemoMaterial,
  {
    seed,
    cases,
    until = histories.until,
    years = histories.years,
  }: { readonly seed: number; readonly cases: number; readonly until?: Date; readonly years?: number },
): Generator<string> {
  const dated = { ...material, histories: { ...histories, until, years } };
  for (const lines of generateLines(dated, seed, cases)) yield* lines;
}

/** @returns the lines of so many cases at once, mixed by time */
function* generateLines(
  material: DemoMaterial,
  seed: number,
  cases = Number.POSITIVE_INFINITY,
): Generator<readonly string[]> {
  const random = seededRandom(seed);
  const people: RecordedPerson[] = [];
  for (let first = 0; first < cases; first += MIXED) {
    const mixed: GeneratedEvent[] = [];
    for (let number = first; number < Math.min(first + MIXED, cases); number++) {
      mixed.push(
        ...generateCase(material, random, { seed, number, person: somebody(material, random, people) }),
      );
    }
    mixed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
    yield mixed.map((event) => JSON.stringify(event));
  }
}

function generateCase(
  material: DemoMaterial,
  random: Random,
  {
    seed,
    number,
    person,
  }: { readonly seed: number; readonly number: number; readonly person: RecordedPerson },
): GeneratedEvent[] {
  const { histories, agency } = material;
  const { form, start, steps } = random.pickWeighted(histories.forms);
  let { office, pace } = random.pickWeighted(histories.offices);
  const receipt = numberOf(agency.receipt.patterns[0] ?? '', `9${digits(seed % 100, 2)}${digits(number, 7)}`);
  const until = histories.until.getTime();
  const events: GeneratedEvent[] = [];
  let status = start;
  let at = workingTime(random, until - random.between(1, histories.years * 365) * DAY);
  while (at <= until && events.length < MOST_EVENTS) {
    if (histories.moves.includes(status)) ({ office, pace } = random.pickWeighted(histories.offices));
    const told = announce(material, random, { status, at, office });
    events.push({
      id: `demo-${seed}-${number}-${digits(events.length + 1, 2)}`,
      receipt,
      form,
      at: new Date(at).toISOString(),
      status,
      ...(told.detail === undefined ? {} : { detail: told.detail }),
      person,
      ...(events.length === 0 ? { accessCode: accessCode(random) } : {}),
      office,
    });
    const next = steps[status];
    if (next === undefined) break;
    const step = random.pickWeighted(next);
    if (step.to === '') break;
    status = step.to;
    at =
      step.days === undefined
        ? told.announced + random.between(20, 90) * MINUTE
        : Math.max(
            workingTime(random, at + Math.round((random.between(...step.days) * pace) / 100) * DAY),
            at + MINUTE,
          );
  }
  return events;
}

function announce(
  { histories, agency, offices }: DemoMaterial,
  random: Random,
  { status, at, office }: { readonly status: string; readonly at: number; readonly office: string },
): { readonly detail?: Localized; readonly announced: number } {
  const found = histories.details[status];
  if (found === undefined) return { announced: at };
  const announced =
    found.days === undefined ? at : appointment(random, at + random.between(...found.days) * DAY);
  const text = random.pick(found.texts);
  const name = offices.get(office)?.name ?? {};
  const detail = Object.fromEntries(
    Object.entries(text).map(([language, words]) => {
      const { date, time } = formats(language, agency.timeZone);
      const filled = words
        .replace('{date}', () => date.format(announced))
        .replace('{time}', () => time.format(announced))
        .replace('{office}', () => inLanguage(name, language));
      return [language, filled];
    }),
  );
  return { detail, announced };
}

type Formats = { readonly date: Intl.DateTimeFormat; readonly time: Intl.DateTimeFormat };
const made = new Map<string, Formats>();

function formats(language: string, timeZone: string): Formats {
  const key = `${language} ${timeZone}`;
  const found = made.get(key) ?? {
    date: new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone }),
    time: new Intl.DateTimeFormat(language, { timeStyle: 'short', timeZone }),
  };
  made.set(key, found);
  return found;
}

function somebody(
  { names, histories }: DemoMaterial,
  random: Random,
  people: RecordedPerson[],
): RecordedPerson {
  if (people.length > 0 && random.chance(15)) return random.pick(people);
  const origin = random.pickWeighted(names.origins);
  const age = random.between(18 * 365, 85 * 365);
  const person: RecordedPerson = {
    family: random.pick(origin.family),
    given: random.pick(origin.given),
    born: new Date(histories.until.getTime() - age * DAY).toISOString().slice(0, 10),
    birthCountry: origin.country,
    ...(random.chance(70) ? { agencyNumber: `A${digits(random.between(0, 999_999_999), 9)}` } : {}),
  };
  people.push(person);
  if (people.length > MIXED) people.shift();
  return person;
}

function accessCode(random: Random): string {
  const letters = Array.from({ length: 12 }, () => CODE_LETTERS.charAt(random.between(0, 31))).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

/** Some minute of a working day in Europe and the Americas, not on a weekend. */
function workingTime(random: Random, near: number): number {
  return weekday(near) + random.between(13 * 60, 21 * 60) * MINUTE;
}

/** A quarter of an hour at which an office sees people. */
function appointment(random: Random, near: number): number {
  return weekday(near) + random.between(13 * 4, 20 * 4) * 15 * MINUTE;
}

/** The start in UTC of the day, or of the Monday after it. */
function weekday(near: number): number {
  const day = Math.floor(near / DAY);
  // 1 January 1970 was a Thursday.
  const weekend = (day + 4) % 7;
  return (day + (weekend === 6 ? 2 : weekend === 0 ? 1 : 0)) * DAY;
}

function digits(number: number, width: number): string {
  return String(number).padStart(width, '0');
}
