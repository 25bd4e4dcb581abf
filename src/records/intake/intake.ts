import { type RawBuilder, sql } from 'kysely';
import { sameDigest, type Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import type { Blobs } from '../../platform/storage/index.ts';
import { lockCases } from '../cases/index.ts';
import type { Note } from '../changes/index.ts';
import { type FileSource, LARGEST_FILE, type StoredFile, TOO_LARGE } from '../documents/index.ts';
import { type AppointmentEvent, appointment } from './appointment.ts';
import { type ContactAcknowledgedEvent, contactAcknowledged } from './contact-acknowledged.ts';
import { type DigestedDocument, type DocumentEvent, document } from './document.ts';
import { documentWithdrawn, type WithdrawalEvent } from './document-withdrawn.ts';
import { evidenceRequest, type RequestEvent } from './evidence-request.ts';
import { evidenceRequestState, type RequestStateEvent } from './evidence-request-state.ts';
import { type Digested, type IntakeKind, KNOWN, type Taken, type TakingParts } from './kind.ts';
import { type DigestedMessage, type MessageEvent, message } from './message.ts';
import { type PaperCopyEvent, paperCopy } from './paper-copy.ts';
import { bad, type IntakeRules, isTooDeep, type Read } from './reading.ts';
import { type SafeAddressEvent, safeAddress } from './safe-address.ts';
import { type SlotsEvent, slots } from './slots.ts';
import { status } from './status.ts';
import type { StatusEvent } from './status-event.ts';

/** Every kind of thing that the agency may say, as it is taken in. */
type Items = {
  readonly status: Digested<StatusEvent>;
  readonly document: DigestedDocument;
  readonly 'document-withdrawn': Digested<WithdrawalEvent>;
  readonly 'evidence-request': Digested<RequestEvent>;
  readonly 'evidence-request-state': Digested<RequestStateEvent>;
  readonly 'paper-copy': Digested<PaperCopyEvent>;
  readonly 'contact-acknowledged': Digested<ContactAcknowledgedEvent>;
  readonly 'safe-address': Digested<SafeAddressEvent>;
  readonly appointment: Digested<AppointmentEvent>;
  readonly slots: Digested<SlotsEvent>;
  readonly message: DigestedMessage;
};
type KindName = keyof Items;
/** Something that the agency said, checked. */
export type IntakeEvent = Items[KindName]['event'];
/** The same, ready to be taken in. */
export type Item = Digested<IntakeEvent> & Pick<DigestedDocument, 'file'> & Pick<DigestedMessage, 'files'>;

const KINDS: { readonly [Name in KindName]: IntakeKind<Items[Name]> } = {
  status,
  document,
  'document-withdrawn': documentWithdrawn,
  'evidence-request': evidenceRequest,
  'evidence-request-state': evidenceRequestState,
  'paper-copy': paperCopy,
  'contact-acknowledged': contactAcknowledged,
  'safe-address': safeAddress,
  appointment,
  slots,
  message,
};

/** In which order the kinds of a batch are taken in: each before what refers to it. */
const ORDER = [
  'status',
  'document',
  'document-withdrawn',
  'evidence-request',
  'evidence-request-state',
  'paper-copy',
  'contact-acknowledged',
  'safe-address',
  // Appointments before the times to choose from, as locks are taken.
  'appointment',
  'slots',
  'message',
] as const satisfies readonly KindName[];

const isKind = (name: unknown): name is KindName => typeof name === 'string' && Object.hasOwn(KINDS, name);

/** Reads what the agency says, of any kind and origin. Never throws; a reason never repeats what is said of a person. */
export function readEvent(value: unknown, rules: IntakeRules): Read<IntakeEvent> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('not a JSON object');
  if (isTooDeep(value)) return bad('has too much in one another');
  // What says no kind is of a status, as before there were others.
  const kind = 'kind' in value ? value.kind : 'status';
  return isKind(kind) ? KINDS[kind].read(value, rules) : bad('"kind" is not known');
}

/**
 * All that an event says, as one text: equal for equal events, however their JSON is written. Of a file that comes with
 * it only the name.
 */
export function canonical(event: IntakeEvent): string {
  return canonicalOf(event.kind, event);
}

function canonicalOf<Name extends KindName>(name: Name, event: Items[Name]['event']): string {
  const kind: IntakeKind<Items[Name]> = KINDS[name];
  return kind.canonical(event);
}

/** What the agency's ids are known by, whatever kind they are of. */
export async function selectDigests(
  database: Database,
  ids: readonly string[],
): Promise<Map<string, Buffer>> {
  const each: readonly RawBuilder<unknown>[] = ORDER.map((name) => KINDS[name].knowing(ids));
  const { rows } = await sql<{ id: string; digest: Buffer }>`${sql.join(each, sql` union all `)}`.execute(
    database,
  );
  return new Map(rows.map(({ id, digest }) => [id, digest]));
}

const ID_OF_ANOTHER = bad('the event id is already known with other content');

/**
 * Takes in what the agency says, in any order and any number of times. Whatever is new is noted, since whoever may read
 * its case sees it there.
 * @returns what became of each, in their order
 */
export async function takeEvents(
  transaction: Database,
  note: Note,
  parts: TakingParts,
  items: readonly Item[],
): Promise<readonly Taken[]> {
  await lockCases(transaction);
  const digests = await selectDigests(
    transaction,
    items.map(({ event }) => event.id),
  );
  const taken = new Map<Item, Taken>();

  const takeKind = async <Name extends KindName>(name: Name): Promise<void> => {
    const kind: IntakeKind<Items[Name]> = KINDS[name];
    let waiting = items.filter((item): item is Items[Name] => item.event.kind === name);
    while (waiting.length > 0) {
      // Of those with one id each waits for what becomes of the one before.
      const first = new Map<string, Items[Name]>();
      const later: Items[Name][] = [];
      for (const item of waiting) {
        const before = digests.get(item.event.id);
        if (before !== undefined) taken.set(item, isSame(parts.vault, before, item) ? KNOWN : ID_OF_ANOTHER);
        else if (first.has(item.event.id)) later.push(item);
        else first.set(item.event.id, item);
      }
      const fresh = [...first.values()];
      const became = fresh.length === 0 ? [] : await kind.take(transaction, note, parts, fresh);
      for (const [at, item] of fresh.entries()) {
        const outcome = became[at];
        if (outcome === undefined) throw new Error(`nothing became of an event of the kind ${name}`);
        taken.set(item, outcome);
        if (outcome.is === 'added') digests.set(item.event.id, item.digest);
      }
      waiting = later;
    }
  };
  for (const name of ORDER) await takeKind(name);
  return items.map((item) => taken.get(item) ?? bad('its kind is not taken in'));
}

const DIGEST_PURPOSE = 'feed-event';

/** Makes ready to be taken what can be made ready outside of a transaction, and comes without a file. */
export function digested(vault: Vault, event: IntakeEvent): Item {
  return digestedAs(vault, event, canonical(event));
}

function digestedAs<Event extends IntakeEvent>(vault: Vault, event: Event, whole: string): Digested<Event> {
  return { event, whole, digest: vault.blindIndex(DIGEST_PURPOSE, whole) };
}

/** Where the files of documents come from, and where they are kept. */
export type Filing = { readonly blobs: Pick<Blobs, 'put' | 'remove'>; readonly files: FileSource };

const NO_FILE = bad('its file is not in the folder');

/** What is known by an id already: the SHA-256 of each file that came with it. */
export type Known = { readonly fileHashes: readonly Buffer[] };

/** Something said that comes with files. */
export type EventWithFiles = DocumentEvent | MessageEvent;

/** The names of the files that come with something said. */
export function filesWith(event: IntakeEvent): readonly string[] {
  switch (event.kind) {
    case 'document':
      return event.content.is === 'file' ? [event.content.name] : [];
    case 'message':
      return event.files;
    default:
      return [];
  }
}

/**
 * Makes something ready to be taken with which files come: stores the files, unless something is known by the same id.
 * @param known what that is, or null: where its files are no longer there, those that came with it stand for them. Whoever asks removes the files again where the event is not taken
 * @throws when a file cannot be stored, and leaves none of the others
 */
export async function withFiles(
  { vault, blobs, files }: { readonly vault: Vault } & Filing,
  event: EventWithFiles,
  known: Known | null,
): Promise<{ readonly is: 'item'; readonly item: Item } | ReturnType<typeof bad>> {
  const hashes: string[] = [];
  const stored: StoredFile[] = [];
  const removing = async () => {
    for (const { blob } of stored) await blobs.remove(blob.id);
  };
  for (const [at, name] of filesWith(event).entries()) {
    const kept = await storeFile(
      { blobs, files },
      name,
      known === null ? null : { hash: known.fileHashes[at] },
    ).catch(async (error: unknown) => {
      await removing();
      throw error;
    });
    if (kept.is === 'bad') {
      await removing();
      return kept;
    }
    hashes.push(kept.hash.toString('hex'));
    if (kept.file !== null) stored.push(kept.file);
  }
  const item = digestedAs(vault, event, `${canonical(event)}${hashes.join('')}`);
  if (known !== null) return { is: 'item', item };
  const [file] = stored;
  if (event.kind === 'message') return { is: 'item', item: { ...item, files: stored } };
  return { is: 'item', item: file === undefined ? item : { ...item, file } };
}

/** Stores one file. @param known what came under its name before; null where nothing did */
async function storeFile(
  { blobs, files }: Filing,
  called: string,
  known: { readonly hash: Buffer | undefined } | null,
): Promise<
  { readonly is: 'kept'; readonly hash: Buffer; readonly file: StoredFile | null } | ReturnType<typeof bad>
> {
  const found = await files(called);
  if (found.is === 'bad') return found;
  const hash = found.is === 'file' ? found.sha256 : known?.hash;
  if (hash === undefined) return NO_FILE;
  if (found.is === 'missing' || known !== null) return { is: 'kept', hash, file: null };
  const put = await blobs.put(found.open(), { maxBytes: LARGEST_FILE });
  if (put.is === 'too-large') return TOO_LARGE;
  const { id, key, size, sha256 } = put;
  if (!sha256.equals(hash)) {
    await blobs.remove(id);
    return bad('its file changed while it was read');
  }
  const { mediaType } = found;
  return {
    is: 'kept',
    hash,
    file: { blob: { id, key }, name: called.normalize('NFC'), mediaType, size, sha256 },
  };
}

/**
 * Whether an event is the one that is known by its id. One whose digest nobody can make any more, since its key was
 * retired, is taken for it.
 */
function isSame(vault: Vault, before: Buffer, { whole, digest }: Item): boolean {
  return (
    sameDigest(before, digest) || vault.isRetired(before) || vault.isBlindIndex(before, DIGEST_PURPOSE, whole)
  );
}
