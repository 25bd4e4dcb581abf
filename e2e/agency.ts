import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { built, root } from './built.ts';
import { START } from './portico.ts';

const folder = join(root, 'agencies/arcadia');
const read = (file: string) => readFileSync(join(folder, file), 'utf8');
const text = z.object({ en: z.string(), es: z.string() });

const { statuses } = z
  .object({
    statuses: z.array(
      z.object({
        code: z.string(),
        tone: z.string(),
        label: text,
        text,
        next: text,
        todo: text.optional(),
      }),
    ),
  })
  .parse(JSON.parse(read('statuses.json')));

const { forms } = z
  .object({ forms: z.array(z.object({ code: z.string(), name: text, phases: z.array(z.string()) })) })
  .parse(JSON.parse(read('forms.json')));

const Event = z.object({
  receipt: z.string(),
  form: z.string(),
  at: z.coerce.date(),
  status: z.string(),
  person: z.object({
    family: z.string().optional(),
    given: z.string().optional(),
    born: z.string(),
    agencyNumber: z.string().optional(),
  }),
  accessCode: z.string().optional(),
  detail: text.optional(),
});

const { demoLines } = await built.demo();
const Document = z.object({
  receipt: z.string(),
  type: z.string(),
  issuedOn: z.iso.date(),
  template: z.object({ name: z.string() }).optional(),
});

/** The demonstration's feed as of the day on which each journey begins. */
const lines = [...demoLines({ folder, languages: ['en', 'es'] }, START.toISOString().slice(0, 10))].map(
  (line) => z.looseObject({ kind: z.string().optional() }).parse(JSON.parse(line)),
);
const events = lines.filter(({ kind }) => kind === undefined).map((line) => Event.parse(line));
const documents = lines.filter(({ kind }) => kind === 'document').map((line) => Document.parse(line));

/** A case as the agency's own feed has it, for comparing with what the pages say. */
export type KnownCase = {
  readonly receipt: string;
  readonly form: (typeof forms)[number];
  readonly status: (typeof statuses)[number];
  /** When it last changed. */
  readonly at: Date;
  readonly events: number;
  /** What the agency added to the newest of them. */
  readonly detail: z.infer<typeof text> | undefined;
  /** What nobody but the person may see. */
  readonly personal: readonly string[];
};

export function caseOf(receipt: string): KnownCase {
  const history = events
    .filter((event) => event.receipt === receipt)
    .sort((a, b) => b.at.getTime() - a.at.getTime());
  const [newest] = history;
  const form = forms.find(({ code }) => code === newest?.form);
  const status = statuses.find(({ code }) => code === newest?.status);
  if (newest === undefined || form === undefined || status === undefined)
    throw new Error(`the demo feed has no case ${receipt}`);
  const personal = history.flatMap(({ person, accessCode }) => [
    person.family,
    person.given,
    person.born,
    person.agencyNumber,
    accessCode,
  ]);
  return {
    receipt,
    form,
    status,
    at: newest.at,
    events: history.length,
    detail: newest.detail,
    personal: personal.filter((each): each is string => each !== undefined && each !== ''),
  };
}

export function needsDoing({ status }: KnownCase): boolean {
  return status.tone === 'waiting-for-you';
}

/** All that the agency wrote to whom cases belong. */
export const documentsOf = (receipts: readonly string[]): readonly z.infer<typeof Document>[] =>
  documents.filter(({ receipt }) => receipts.includes(receipt));

/** What notices of a template are called. */
export const noticeName = (template: string): z.infer<typeof text> =>
  z.object({ name: text }).parse(JSON.parse(read(`notices/${template}.json`))).name;
