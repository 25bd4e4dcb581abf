import { z } from 'zod';
import type { Database } from '../../platform/database/index.ts';
import { selectCaseKeys } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import {
  type DocumentContent,
  insertDocuments,
  knowingDocuments,
  newDocumentId,
  type StoredFile,
  selectDocumentsByEvent,
  settleReplaced,
} from '../documents/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts, UNKNOWN_CASE } from './kind.ts';
import {
  bad,
  common,
  dayFaults,
  eventId,
  faultsOf,
  type IntakeRules,
  instant,
  isPlain,
  quoted,
  type Read,
  receiptFaults,
  sorted,
} from './reading.ts';

/** That the agency wrote a paper, as it says it, checked. */
export type DocumentEvent = {
  readonly kind: 'document';
  readonly id: string;
  readonly receipt: string;
  readonly at: Date;
  readonly type: string;
  /** `YYYY-MM-DD` */
  readonly issuedOn: string;
  readonly content:
    | { readonly is: 'file'; readonly name: string }
    | { readonly is: 'template'; readonly name: string; readonly data: Readonly<Record<string, unknown>> };
  /** The agency's id of the document that it replaces. */
  readonly replaces: string | null;
};

/** The same with the file that came with it, whose content is part of the digest; none where it is known already. */
export type DigestedDocument = Digested<DocumentEvent> & { readonly file?: StoredFile };

const LONGEST_NAME = 255;
const TEMPLATE_BYTES = 32 * 1024;

const Event = z.strictObject({
  ...common,
  kind: z.literal('document'),
  type: z.string(),
  issuedOn: z.string(),
  file: z
    .string()
    .refine((name) => isPlainName(name), {
      error: `must be the plain name of a file, of at most ${LONGEST_NAME} bytes`,
    })
    .optional(),
  template: z
    .strictObject({
      name: z.string().regex(/^[a-z]+(-[a-z]+)*$/, 'is not in kebab-case'),
      data: z.record(z.string(), z.json()),
    })
    .optional(),
  replaces: eventId.optional(),
});

const FIELDS: ReadonlySet<PropertyKey> = new Set([...Object.keys(Event.shape), 'name', 'data']);

/** Whether a name names a file of a folder and nothing else, on any system. */
function isPlainName(name: string): boolean {
  return (
    name !== '' &&
    Buffer.byteLength(name) <= LONGEST_NAME &&
    name.isWellFormed() &&
    !name.startsWith('.') &&
    !/[\p{Cc}\u202a-\u202e\u2066-\u2069/\\:]/u.test(name)
  );
}

function read(value: object, rules: IntakeRules): Read<DocumentEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const { at, file, template, type, replaces = null, ...rest } = parsed.data;
  const now = rules.clock.now();
  const faults = [...receiptFaults(rest.receipt, rules), ...dayFaults('issuedOn', rest.issuedOn, now)];
  if (!rules.documentTypes.has(type)) faults.push(`type ${quoted(type)} is not known`);
  if ((file === undefined) === (template === undefined))
    faults.push('one of "file" and "template" is needed');
  if (template !== undefined) faults.push(...templateFaults(template, rules));
  const time = instant(at, now);
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  const content = contentOf(file, template);
  if (faults.length > 0 || typeof time === 'string' || content === null) return bad(faults.join('; '));
  return { is: 'event', event: { ...rest, type, replaces, at: time, content } };
}

function contentOf(
  file: string | undefined,
  template: { readonly name: string; readonly data: Readonly<Record<string, unknown>> } | undefined,
): DocumentEvent['content'] | null {
  if (file !== undefined) return { is: 'file', name: file };
  return template === undefined ? null : { is: 'template', ...template };
}

function templateFaults(
  { name, data }: { readonly name: string; readonly data: Readonly<Record<string, unknown>> },
  { templateFault }: IntakeRules,
): string[] {
  if (!isPlain(data)) return ['"template.data" has a character that is not allowed'];
  if (Buffer.byteLength(JSON.stringify(data)) > TEMPLATE_BYTES)
    return [`"template.data" is longer than ${TEMPLATE_BYTES / 1024} KB`];
  const fault = templateFault(name, data);
  return fault === null ? [] : [fault];
}

function canonical({ id, receipt, at, type, issuedOn, content, replaces }: DocumentEvent): string {
  const said =
    content.is === 'file' ? ['file', content.name] : ['template', content.name, sorted(content.data)];
  return JSON.stringify(['document', id, receipt, at.getTime(), type, issuedOn, said, replaces]);
}

async function take(
  transaction: Database,
  note: Note,
  { vault, now }: TakingParts,
  fresh: readonly DigestedDocument[],
): Promise<readonly Taken[]> {
  const cases = await selectCaseKeys(
    transaction,
    fresh.map(({ event }) => event.receipt),
  );
  const known = new Map(
    await selectDocumentsByEvent(
      transaction,
      fresh.flatMap(({ event: { replaces } }) => replaces ?? []),
    ),
  );
  const reasons = new Map<DigestedDocument, Taken>();
  const rows: Parameters<typeof insertDocuments>[2][number][] = [];
  let waiting = fresh;
  // What replaces another one of the same batch waits for it, in whatever order they stand.
  for (let before = -1; waiting.length !== before; ) {
    before = waiting.length;
    const left: DigestedDocument[] = [];
    for (const item of waiting) {
      const { id: event, receipt, type, issuedOn, at, replaces } = item.event;
      const replaced = replaces === null ? null : known.get(replaces);
      if (!cases.has(receipt)) reasons.set(item, UNKNOWN_CASE);
      else if (replaced === undefined) left.push(item);
      else if (replaced !== null && replaced.receipt !== receipt)
        reasons.set(item, bad('"replaces" names a document of another case'));
      else {
        const id = newDocumentId();
        known.set(event, { id, receipt });
        const content = storedContent(item);
        rows.push({
          id,
          event,
          receipt,
          type,
          issuedOn,
          at,
          replaces: replaced?.id ?? null,
          content,
          digest: item.digest,
        });
      }
    }
    waiting = left;
  }
  for (const item of waiting) reasons.set(item, bad('"replaces" names a document that is not known'));
  if (rows.length > 0) {
    await insertDocuments(transaction, vault, rows, now);
    await settleReplaced(
      transaction,
      rows.flatMap(({ replaces }) => replaces ?? []),
    );
  }
  for (const { id, receipt, at, replaces } of rows) {
    note({ kind: 'document-issued', receipt, ref: id, at });
    if (replaces !== null) note({ kind: 'document-replaced', receipt, ref: replaces, at });
  }
  return fresh.map((item) => reasons.get(item) ?? ADDED);
}

function storedContent({ event: { content }, file }: DigestedDocument): DocumentContent {
  if (content.is === 'template') return content;
  if (file === undefined) throw new Error('the file of a new document is stored before it');
  return { is: 'file', ...file };
}

/** That the agency wrote a paper. */
export const document: IntakeKind<DigestedDocument> = { read, canonical, knowing: knowingDocuments, take };
