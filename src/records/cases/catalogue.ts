import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type Agency,
  type AgencyFault,
  AgencyFaults,
  collect,
  faultsOfText,
  type Localized,
  readAgencyFile,
} from '../../platform/agency/index.ts';
import { isZone } from '../../platform/calendar/index.ts';
import { type ReceiptNumbers, receiptNumbers } from './receipt.ts';

/** Who the next move belongs to, and how the news feels. */
export type Tone = 'moving' | 'waiting-for-you' | 'good' | 'bad' | 'stopped';

/** A stretch of a case's way, drawn as one step of its track. */
export type Phase = { readonly code: string; readonly label: Localized };

/** One status that the agency's feed may name, with all that a person is told about it. */
export type Status = {
  readonly code: string;
  /** The phase that the case is in; null when the case stays in the phase where it was. */
  readonly phase: string | null;
  readonly tone: Tone;
  /** Whether nothing more is expected to happen after it. */
  readonly ends: boolean;
  /** Whether the person is to send papers: where a request says which, it stands in the place of `todo`. */
  readonly papers: boolean;
  /** The type of appointment that the person is to come to: where there is one, it says when and where. */
  readonly appointment: string | null;
  /** Whether it is the agency's decision, for which the person waits. */
  readonly decides: boolean;
  /** The forms whose cases may have it; null for every form that has its phase. */
  readonly forms: readonly string[] | null;
  readonly label: Localized;
  /** What it means. */
  readonly text: Localized;
  /** What happens next, with its typical time. */
  readonly next: Localized;
  /** What the person has to do, if anything. */
  readonly todo: Localized | null;
};

/** A kind of application. */
export type Form = {
  readonly code: string;
  readonly name: Localized;
  /** What people want with it: "To work in …". */
  readonly purpose: Localized;
  /** Codes of the phases of such a case, in their order. */
  readonly phases: readonly string[];
  /** How long the agency expects such a case to take, in weeks. */
  readonly weeks: { readonly from: number; readonly to: number };
  /** After how many days one may ask about such a case; null for when 90 in 100 are decided. */
  readonly askAfter: number | null;
};

/** A place of the agency that works on cases. */
export type Office = {
  readonly code: string;
  readonly name: Localized;
  /** IANA zone by which its clocks go. */
  readonly timeZone: string;
  /** A line each; null where nobody comes to it. */
  readonly address: readonly string[] | null;
  /** How to get there, and how to get in. */
  readonly directions: Localized | null;
  readonly access: Localized | null;
};

/** The agency's forms, phases, statuses and offices, each by its code. */
export type CaseCatalogue = {
  readonly phases: ReadonlyMap<string, Phase>;
  readonly statuses: ReadonlyMap<string, Status>;
  readonly forms: ReadonlyMap<string, Form>;
  readonly offices: ReadonlyMap<string, Office>;
  readonly receipts: ReceiptNumbers;
};

const localized = z.record(z.string(), z.string().min(1));
const code = z.string().regex(/^[a-z]+(-[a-z]+)*$/, 'must be small letters with dashes, such as "in-review"');
const formCode = z.string().regex(/^[A-Z][A-Z0-9-]{0,19}$/, 'is not a form code, such as "ABC-1"');

const FormsFile = z.strictObject({
  forms: z
    .array(
      z.strictObject({
        code: formCode,
        name: localized,
        purpose: localized,
        phases: z.array(code).min(1),
        weeks: z
          .strictObject({ from: z.int().min(1), to: z.int().min(1) })
          .refine(({ from, to }) => from <= to, '"from" is after "to"'),
        askAfter: z.int().min(1).max(36_500).optional(),
      }),
    )
    .min(1),
});

const StatusesFile = z.strictObject({
  phases: z.array(z.strictObject({ code, label: localized })).min(1),
  statuses: z
    .array(
      z.strictObject({
        code,
        phase: code.optional(),
        tone: z.enum(['moving', 'waiting-for-you', 'good', 'bad', 'stopped']),
        ends: z.boolean().default(false),
        papers: z.boolean().default(false),
        appointment: code.optional(),
        decides: z.boolean().default(false),
        forms: z.array(formCode).min(1).optional(),
        label: localized,
        text: localized,
        next: localized,
        todo: localized.optional(),
      }),
    )
    .min(1),
});

const OfficesFile = z.strictObject({
  offices: z
    .array(
      z.strictObject({
        code,
        name: localized,
        timeZone: z.string().refine(isZone, 'is not an IANA time zone, such as "Europe/Oslo"'),
        address: z.array(z.string().min(1)).min(1).max(8).optional(),
        directions: localized.optional(),
        access: localized.optional(),
      }),
    )
    .min(1),
});

/**
 * Reads `forms.json`, `statuses.json` and, where it is there, `offices.json` of an agency's folder.
 * @throws {AgencyFaults} with every fault: a missing language, a code written twice, a phase or form that is not there,
 * a phase or status that no case can reach, something to wait for without saying what
 */
export function loadCaseCatalogue({
  folder,
  languages,
  receipt,
}: Pick<Agency, 'folder'> & {
  readonly languages: readonly string[];
  readonly receipt: Pick<Agency['receipt'], 'patterns'>;
}): CaseCatalogue {
  const faults: AgencyFault[] = [];
  const formsFile = collect(faults, () => readAgencyFile(folder, 'forms.json', FormsFile));
  const statusesFile = collect(faults, () => readAgencyFile(folder, 'statuses.json', StatusesFile));
  const officesFile = existsSync(join(folder, 'offices.json'))
    ? collect(faults, () => readAgencyFile(folder, 'offices.json', OfficesFile))
    : { offices: [] };
  const forms = formsFile?.forms ?? [];
  const phases = statusesFile?.phases ?? [];
  const statuses = statusesFile?.statuses ?? [];
  const offices = officesFile?.offices ?? [];
  // Of a file that cannot be read nobody knows which codes it has.
  const bothRead = formsFile !== undefined && statusesFile !== undefined;
  const fault = (file: string, reason: string) => faults.push({ file, reason });
  const check = (file: string, where: string, texts: Readonly<Record<string, Localized | undefined>>) => {
    for (const [name, text] of Object.entries(texts))
      faults.push(...faultsOfText(file, `${where}, ${name}`, text, languages));
  };

  const phaseCodes = new Set(phases.map((phase) => phase.code));
  const formCodes = new Set(forms.map((form) => form.code));
  for (const twice of repeated(phases)) fault('statuses.json', `phase "${twice}" is there twice`);
  for (const twice of repeated(statuses)) fault('statuses.json', `status "${twice}" is there twice`);
  for (const twice of repeated(forms)) fault('forms.json', `form "${twice}" is there twice`);

  for (const twice of repeated(offices)) fault('offices.json', `office "${twice}" is there twice`);
  for (const { code, name, directions, access } of offices)
    check('offices.json', `office "${code}"`, { name, directions, access });

  for (const phase of phases) {
    check('statuses.json', `phase "${phase.code}"`, { label: phase.label });
    if (bothRead && !forms.some((form) => form.phases.includes(phase.code))) {
      fault('statuses.json', `phase "${phase.code}" belongs to no form`);
    }
  }
  for (const form of forms) {
    const where = `form "${form.code}"`;
    check('forms.json', where, { name: form.name, purpose: form.purpose });
    for (const phase of form.phases) {
      if (bothRead && !phaseCodes.has(phase)) fault('forms.json', `${where}: phase "${phase}" is not known`);
    }
    for (const twice of repeated(form.phases.map((phase) => ({ code: phase })))) {
      fault('forms.json', `${where}: phase "${twice}" is there twice`);
    }
  }
  for (const status of statuses) {
    const where = `status "${status.code}"`;
    const { label, text, next, todo } = status;
    check('statuses.json', where, { label, text, next, todo });
    if (status.phase !== undefined && !phaseCodes.has(status.phase)) {
      fault('statuses.json', `${where}: phase "${status.phase}" is not known`);
    }
    for (const form of bothRead ? (status.forms ?? []) : []) {
      if (!formCodes.has(form)) fault('statuses.json', `${where}: form "${form}" is not known`);
      else if (forms.some((each) => each.code === form && !reaches(each.phases, status.phase))) {
        fault('statuses.json', `${where}: form "${form}" has no phase "${status.phase}"`);
      }
    }
    if (status.tone === 'waiting-for-you' && status.todo === undefined) {
      fault('statuses.json', `${where}: waits for the person without a "todo"`);
    }
    if (status.decides && status.phase === undefined) {
      fault('statuses.json', `${where}: decides in no phase`);
    }
    if (status.tone === 'waiting-for-you' && status.ends) {
      fault('statuses.json', `${where}: cannot both end the case and wait for the person`);
    }
  }
  if (faults.length > 0) throw new AgencyFaults(faults, folder);

  return {
    receipts: receiptNumbers(receipt),
    phases: byCode(phases),
    offices: byCode(
      offices.map((office) => ({
        ...office,
        address: office.address ?? null,
        directions: office.directions ?? null,
        access: office.access ?? null,
      })),
    ),
    forms: byCode(forms.map((form) => ({ ...form, askAfter: form.askAfter ?? null }))),
    statuses: byCode(
      statuses.map((status) => ({
        ...status,
        phase: status.phase ?? null,
        forms: status.forms ?? null,
        todo: status.todo ?? null,
        appointment: status.appointment ?? null,
      })),
    ),
  };
}

/** Whether a case of this form may have this status. */
export function allows(form: Form, status: Status): boolean {
  if (status.forms !== null && !status.forms.includes(form.code)) return false;
  return reaches(form.phases, status.phase ?? undefined);
}

function reaches(phases: readonly string[], phase: string | undefined): boolean {
  return phase === undefined || phases.includes(phase);
}

function byCode<T extends { readonly code: string }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [item.code, item]));
}

function repeated(items: readonly { readonly code: string }[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(items.map((item) => item.code).filter((each) => seen.size === seen.add(each).size));
}
