import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Agency,
  type AgencyFault,
  AgencyFaults,
  faultsOfText,
  type Localized,
  readAgencyFile,
} from '../../platform/agency/index.ts';
import { DAY, HOUR } from '../../platform/clock/index.ts';
import type { CaseCatalogue } from '../cases/index.ts';

/** Something to choose from, by its code. */
export type Choice = { readonly code: string; readonly label: Localized };

/** A kind of appointment, with all that a person is told about it and the agency's rules for it. */
export type AppointmentType = {
  readonly code: string;
  readonly name: Localized;
  /** What happens there. */
  readonly text: Localized;
  readonly bring: readonly Localized[];
  /** How long it takes. */
  readonly minutes: number;
  /** How long before a time it may still be chosen. */
  readonly noticeHours: number;
  /** How often a person may move it, and how long before; null where only the agency does. */
  readonly move: { readonly times: number; readonly noticeHours: number } | null;
  /** How long before a person may cancel it; null where only the agency does. */
  readonly cancel: { readonly noticeHours: number } | null;
  /** Why it is moved or cancelled, to choose from; without any nobody is asked. */
  readonly reasons: readonly Choice[];
};

/** The agency's rules for appointments. */
export type AppointmentRules = {
  readonly types: ReadonlyMap<string, AppointmentType>;
  /** For how many minutes a time is kept for whoever is choosing it. */
  readonly holdMinutes: number;
  /** How long before people are reminded, in milliseconds, the longest first. */
  readonly reminders: readonly number[];
  /** Languages of interpreters. */
  readonly interpreters: readonly string[];
  /** What people may need to get in and to take part. */
  readonly access: readonly Choice[];
};

const APPOINTMENTS_FILE = 'appointments.json';

const localized = z.record(z.string(), z.string().min(1));
const code = z.string().regex(/^[a-z]+(-[a-z]+)*$/, 'must be small letters with dashes, such as "in-person"');
const choices = z.array(z.strictObject({ code, label: localized })).max(20);
const hours = z.int().min(0).max(10_000);

const File = z.strictObject({
  holdMinutes: z.int().min(1).max(120).default(10),
  reminders: z
    .array(
      z.union([
        z.strictObject({ days: z.int().min(1).max(60) }),
        z.strictObject({ hours: z.int().min(1).max(48) }),
      ]),
    )
    .max(5)
    .default([]),
  interpreters: z.array(z.string().regex(/^[a-z]{2,3}$/, 'is not the code of a language')).default([]),
  access: choices.default([]),
  types: z
    .array(
      z.strictObject({
        code,
        name: localized,
        text: localized,
        bring: z.array(localized).max(20).default([]),
        minutes: z.int().min(5).max(600),
        noticeHours: hours,
        move: z.strictObject({ times: z.int().min(1).max(20), noticeHours: hours }).optional(),
        cancel: z.strictObject({ noticeHours: hours }).optional(),
        reasons: choices.default([]),
      }),
    )
    .min(1),
});

const NONE: AppointmentRules = {
  types: new Map(),
  holdMinutes: 10,
  reminders: [],
  interpreters: [],
  access: [],
};

/**
 * Reads `appointments.json` of an agency's folder; without it, the agency has no appointments.
 * @throws {AgencyFaults} with every fault: a missing language, a code written twice, an office to come to without an address
 */
export function loadAppointmentRules(
  { folder, languages }: Pick<Agency, 'folder' | 'languages'>,
  { offices, statuses }: Pick<CaseCatalogue, 'offices' | 'statuses'>,
): AppointmentRules {
  if (!existsSync(join(folder, APPOINTMENTS_FILE))) return NONE;
  const { types, reminders, ...rest } = readAgencyFile(folder, APPOINTMENTS_FILE, File);
  const faults: AgencyFault[] = [];
  const check = (where: string, text: Localized) =>
    faults.push(...faultsOfText(APPOINTMENTS_FILE, where, text, languages));
  const once = (where: string, codes: readonly { readonly code: string }[]) => {
    const seen = new Set<string>();
    for (const { code: each } of codes)
      if (seen.size === seen.add(each).size)
        faults.push({ file: APPOINTMENTS_FILE, reason: `${where} "${each}" is there twice` });
  };
  once('type', types);
  for (const { code: status, appointment } of statuses.values())
    if (appointment !== null && !types.some(({ code: type }) => type === appointment))
      faults.push({
        file: 'statuses.json',
        reason: `status "${status}": appointment "${appointment}" is not known`,
      });
  once('access', rest.access);
  for (const { code: each, label } of rest.access) check(`access "${each}"`, label);
  for (const { code: type, name, text, bring, reasons } of types) {
    const where = `type "${type}"`;
    check(`${where}, name`, name);
    check(`${where}, text`, text);
    once(`${where}: reason`, reasons);
    for (const each of bring) check(`${where}, bring`, each);
    for (const { code: reason, label } of reasons) check(`${where}, reason "${reason}"`, label);
  }
  if (![...offices.values()].some(({ address }) => address !== null))
    faults.push({ file: 'offices.json', reason: 'no office has an address for people to come to' });
  if (faults.length > 0) throw new AgencyFaults(faults, folder);
  return {
    ...rest,
    reminders: reminders
      .map((each) => ('days' in each ? each.days * DAY : each.hours * HOUR))
      .toSorted((a, b) => b - a),
    types: new Map(
      types.map(({ move = null, cancel = null, ...type }) => [type.code, { ...type, move, cancel }]),
    ),
  };
}
