import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Localized } from '../../platform/agency/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { type OpenedCase, openCases, writtenName } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import {
  fieldsInOtherLanguages,
  type NoticeVersion,
  parseNoticeFields,
} from '../document-templates/index.ts';
import {
  askForRendering,
  type DocumentContent,
  insertDocuments,
  knowingDocuments,
  type NewDocument,
  type StoredFile,
  selectDocumentsByEvent,
  settleReplaced,
  type TemplateData,
} from '../documents/index.ts';
import { ADDED, type Digested, type IntakeKind, type Taken, type TakingParts, UNKNOWN_CASE } from './kind.ts';
import {
  bad,
  common,
  dayFaults,
  eventId,
  faultsOf,
  filledText,
  type IntakeRules,
  isPlain,
  languageFaults,
  localizedText,
  pastInstant,
  plainName,
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
    | { readonly is: 'file'; readonly name: string; readonly title: string | Localized | null }
    | {
        readonly is: 'template';
        readonly name: string;
        readonly data: Readonly<Record<string, unknown>>;
        /** Whom it is for; null for the person of the case. */
        readonly recipient: TemplateData['recipient'] | null;
        /** What it is made of, which says nothing more of the case. */
        readonly version: NoticeVersion;
      };
  /** The agency's id of the document that it replaces. */
  readonly replaces: string | null;
};

/** The same with the file that came with it, whose content is part of the digest; none where it is known already. */
export type DigestedDocument = Digested<DocumentEvent> & { readonly file?: StoredFile };

const TITLE_LENGTH = 200;
const LINE_LENGTH = 200;
const MOST_LINES = 8;
const DATA_BYTES = 32 * 1024;

const Event = z.strictObject({
  ...common,
  kind: z.literal('document'),
  type: z.string(),
  issuedOn: z.string(),
  file: plainName.optional(),
  title: localizedText(TITLE_LENGTH).optional(),
  template: z
    .strictObject({
      name: z.string(),
      data: z.record(z.string(), z.json()),
      recipient: z
        .strictObject({
          name: filledText(LINE_LENGTH),
          address: z.array(filledText(LINE_LENGTH)).max(MOST_LINES, `has more than ${MOST_LINES} lines`),
        })
        .optional(),
    })
    .optional(),
  replaces: eventId.optional(),
});

const FIELDS: ReadonlySet<PropertyKey> = new Set([
  ...Object.keys(Event.shape),
  ...['name', 'data', 'recipient', 'address'],
]);

function read(value: object, rules: IntakeRules): Read<DocumentEvent> {
  const parsed = Event.safeParse(value);
  if (!parsed.success) return bad(faultsOf(parsed.error, FIELDS));
  const { at, type, replaces = null, id, receipt, issuedOn } = parsed.data;
  const now = rules.clock.now();
  const content = contentOf(parsed.data, rules);
  const faults = [
    ...receiptFaults(receipt, rules),
    ...dayFaults('issuedOn', issuedOn, now),
    ...(rules.templates.kinds.has(type) ? [] : [`type ${quoted(type)} is not known`]),
    ...(content.is === 'faults' ? content.faults : []),
  ];
  const time = pastInstant(at, now);
  if (typeof time === 'string') faults.push(`"at" ${time}`);
  if (faults.length > 0 || typeof time === 'string' || content.is === 'faults') return bad(faults.join('; '));
  return {
    is: 'event',
    event: { kind: 'document', id, receipt, type, issuedOn, replaces, at: time, content },
  };
}

type Faults = { readonly is: 'faults'; readonly faults: readonly string[] };

function contentOf(
  { file, title, template, type }: z.infer<typeof Event>,
  rules: IntakeRules,
): DocumentEvent['content'] | Faults {
  const faults = (...all: readonly string[]): Faults => ({ is: 'faults', faults: all });
  if (file !== undefined && template === undefined) {
    const wrong = languageFaults('title', title, rules.languages);
    return wrong.length > 0 ? faults(...wrong) : { is: 'file', name: file, title: title ?? null };
  }
  if (file !== undefined || template === undefined) return faults('one of "file" and "template" is needed');
  if (title !== undefined) return faults('"title" is of a file; a template has its own');
  const { name, data, recipient = null } = template;
  const version = rules.templates.find(name);
  if (version === undefined) return faults(`template ${quoted(name)} is not known`);
  if (version.kind !== type) return faults(`template "${name}" is of the type "${version.kind}"`);
  const wrong = dataFaults(version, data, rules);
  return wrong.length > 0 ? faults(...wrong) : { is: 'template', name, data, recipient, version };
}

/** What is wrong with the data of a template, naming no more of it than the template does. */
function dataFaults(
  version: NoticeVersion,
  data: Readonly<Record<string, unknown>>,
  { languages, catalogue }: Pick<IntakeRules, 'languages' | 'catalogue'>,
): readonly string[] {
  if (!isPlain(data)) return ['"template.data" has a character that is not allowed'];
  if (Buffer.byteLength(JSON.stringify(data)) > DATA_BYTES)
    return [`"template.data" is longer than ${DATA_BYTES / 1024} KB`];
  const isKnown = (name: string) => Object.hasOwn(version.fields, name);
  const unknown = Object.keys(data).filter((name) => !isKnown(name));
  const known = Object.fromEntries(Object.entries(data).filter(([name]) => isKnown(name)));
  const parsed = parseNoticeFields(version, known);
  return [
    ...(unknown.length === 0
      ? []
      : [
          `"template.data" has no field ${unknown.map(quoted).join(', ')}: template "${version.template}" takes ${Object.keys(version.fields).join(', ')}`,
        ]),
    ...(parsed.is === 'faults'
      ? parsed.faults.map((fault) => `"template.data": ${fault}`)
      : [
          ...fieldsInOtherLanguages(parsed.fields, languages).map(
            (name) => `"template.data": ${name}: is in a language that the agency does not offer`,
          ),
          ...[...parsed.fields]
            .filter(([, field]) => field.type === 'receipt' && !catalogue.receipts.has(field.value))
            .map(([name]) => `"template.data": ${name}: not a receipt number`),
        ]),
  ];
}

function canonical({ id, receipt, at, type, issuedOn, content, replaces }: DocumentEvent): string {
  const said =
    content.is === 'file'
      ? ['file', content.name, sorted(content.title)]
      : ['template', content.name, sorted(content.data), sorted(content.recipient)];
  return JSON.stringify(['document', id, receipt, at.getTime(), type, issuedOn, said, replaces]);
}

async function take(
  transaction: Database,
  note: Note,
  { vault, now }: TakingParts,
  fresh: readonly DigestedDocument[],
): Promise<readonly Taken[]> {
  const cases = await openCases(
    transaction,
    vault,
    fresh.map(({ event }) => event.receipt),
  );
  const known = new Map(
    await selectDocumentsByEvent(
      transaction,
      fresh.flatMap(({ event: { replaces } }) => replaces ?? []),
    ),
  );
  const reasons = new Map<DigestedDocument, Taken>();
  const rows: NewDocument[] = [];
  let waiting = fresh;
  // What replaces another one of the same batch waits for it, in whatever order they stand.
  for (let before = -1; waiting.length !== before; ) {
    before = waiting.length;
    const left: DigestedDocument[] = [];
    for (const item of waiting) {
      const { id: event, receipt, type, issuedOn, at, replaces } = item.event;
      const found = cases.get(receipt);
      const replaced = replaces === null ? null : known.get(replaces);
      if (found === undefined) reasons.set(item, UNKNOWN_CASE);
      else if (replaced === undefined) left.push(item);
      else if (replaced !== null && replaced.receipt !== receipt) reasons.set(item, NOT_OF_CASE);
      else {
        const id = uuid();
        known.set(event, { id, receipt });
        const said = { id, event, receipt, type, issuedOn, at, replaces: replaced?.id ?? null };
        rows.push({ ...said, content: writtenContent(item, found), digest: item.digest, key: found.key });
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
  if (rows.some(({ content }) => content.is === 'template')) await askForRendering(transaction);
  for (const { id, receipt, at, replaces } of rows) {
    note({ kind: 'document-issued', receipt, ref: id, at });
    if (replaces !== null) note({ kind: 'document-replaced', receipt, ref: replaces, at });
  }
  return fresh.map((item) => reasons.get(item) ?? ADDED);
}

function writtenContent({ event: { content }, file }: DigestedDocument, found: OpenedCase): DocumentContent {
  if (content.is === 'template') {
    const { version, data: fields, name: template } = content;
    const recipient = content.recipient ?? { name: writtenName(found.person()), address: [] };
    return {
      is: 'template',
      template,
      version: version.version,
      hash: Buffer.from(version.hash, 'hex'),
      data: { recipient, fields },
    };
  }
  if (file === undefined) throw new Error('the file of a new document is stored before it');
  return { is: 'file', file, title: content.title };
}

const NOT_OF_CASE = bad('"replaces" names a document of another case');

/** That the agency wrote a paper. */
export const document: IntakeKind<DigestedDocument> = { read, canonical, knowing: knowingDocuments, take };
