import type { Readable } from 'node:stream';
import { type RawBuilder, sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { Localized } from '../../platform/agency/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import {
  asContentKey,
  type CheckedCodeFault,
  checkedCodeFault,
  type DataKey,
  type Vault,
} from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { asBlobId, type Blobs, type ByteRange } from '../../platform/storage/index.ts';
import { downloadName, type MediaType } from '../../platform/uploads/index.ts';
import { mayRead } from '../cases/index.ts';
import { isNews } from '../changes/index.ts';
import { blobKeyPlace, codePlace, dataPlace, namePlace, renderingKeyPlace, titlePlace } from './places.ts';
import { readTemplateData, type TemplateData } from './template-data.ts';
import { CODE_LETTERS, codeIndexes } from './writing.ts';

const State = z.enum(['current', 'replaced', 'withdrawn']);
export type DocumentState = z.infer<typeof State>;

const PaperCopy = z.object({
  state: z.enum(['asked', 'sent', 'refused']),
  askedAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  settledAt: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .nullable(),
});

/** That somebody asked for a document on paper, and what became of it. */
export type PaperCopy = z.infer<typeof PaperCopy>;

/** A document as it stands in a list. */
export type DocumentSummary = {
  readonly id: string;
  readonly receipt: string;
  /** One of the agency's `document-kinds.json`. */
  readonly type: string;
  /** `YYYY-MM-DD`; it is a day of the agency, in no zone. */
  readonly issuedOn: string;
  readonly at: Date;
  readonly state: DocumentState;
  readonly replacedAt: Date | null;
  readonly replacedBy: string | null;
  readonly withdrawnAt: Date | null;
  /** Of which template of the agency it is, whose name is its title, and in which version; null for a file. */
  readonly template: { readonly id: string; readonly version: number } | null;
  /** What the agency calls a file: as it says, or by its name. */
  readonly title: string | Localized | null;
};

/** A document as it stands in a list of those of several cases. */
export type ListedDocument = DocumentSummary & {
  /** Of its case. */
  readonly form: string;
  /** Whether something about it is new to the person since their visit before. */
  readonly isNew: boolean;
};

/** A document with what it says. */
export type DocumentDetails = Omit<ListedDocument, 'isNew'> & {
  readonly replaces: string | null;
  readonly content:
    | {
        readonly is: 'file';
        readonly mediaType: MediaType;
        readonly size: number;
        /** In hexadecimal. */
        readonly sha256: string;
        /** Under which it is downloaded, in any script. */
        readonly name: string;
      }
    | {
        readonly is: 'template';
        readonly data: TemplateData;
        /** What is ready to be downloaded, by language. */
        readonly renderings: readonly {
          readonly language: string;
          readonly size: number;
          /** In hexadecimal. */
          readonly sha256: string;
        }[];
      };
  /** As `XXXX-XXXX-XXXX-XXXX-X`. */
  readonly code: string;
  /** The newest that this account asked for. */
  readonly paperCopy: PaperCopy | null;
  /** Those that it asked for before, newest first. */
  readonly earlierCopies: readonly PaperCopy[];
};

export type OpenContent =
  | (Pick<DocumentSummary, 'receipt' | 'type' | 'template' | 'issuedOn'> & {
      readonly is: 'open';
      readonly mediaType: MediaType;
      readonly size: number;
      readonly sha256: Buffer;
      /** The agency's name of a file; null for what was made of a template. */
      readonly name: string | null;
      /** @throws StorageUnavailable, BlobMissing, BlobDamaged */
      read(range?: ByteRange): Promise<Readable>;
    })
  /** It is being made. */
  | { readonly is: 'not-ready' }
  /** Its template could not be made into a file, which the office has to see to. */
  | { readonly is: 'failed' }
  | { readonly is: 'not-there' };

/** What anybody who holds a paper may know of it, by the receipt number and the code on it. */
export type Verified =
  | (Known & { readonly is: 'genuine' })
  | (Known & { readonly is: 'replaced'; readonly at: Date })
  | (Known & { readonly is: 'withdrawn'; readonly at: Date })
  | { readonly is: 'unknown' };

/** All that is told of a paper: what it is and of which day. */
type Known = Pick<DocumentSummary, 'type' | 'template' | 'issuedOn'>;

export type PaperCopyAsked =
  | { readonly is: 'asked' }
  | { readonly is: 'already-asked' }
  /** It is replaced or withdrawn. */
  | { readonly is: 'not-current' }
  | { readonly is: 'not-there' };

export type Documents = {
  /** The documents of an account's cases, newest first. One trip to the database. */
  documentsOf(accountId: string): Promise<readonly ListedDocument[]>;
  /** Null when there is none or it is not of a case that the account may read. */
  documentOf(accountId: string, id: string): Promise<DocumentDetails | null>;
  /** The bytes of a document; of a template's, those in a language. */
  openContent(accountId: string, id: string, language: string): Promise<OpenContent>;
  /** Whether a paper is genuine. One answer, in the same time, for a wrong code and for a receipt that is not there. */
  verify(receipt: string, code: string): Promise<Verified>;
  /** Asks for a document on paper; one request is open at a time. */
  askPaperCopy(accountId: string, id: string): Promise<PaperCopyAsked>;
  /** All of an account's documents with what they say, for the copy of its data. */
  detailsOf(accountId: string): Promise<readonly DocumentDetails[]>;
};

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const Summary = z.object({
  id: z.string(),
  receipt: z.string(),
  type: z.string(),
  issuedOn: z.string(),
  at: instant,
  state: State,
  replacedAt: instant.nullable(),
  replacedBy: z.string().nullable(),
  withdrawnAt: instant.nullable(),
  template: z.object({ id: z.string(), version: z.int() }).nullable(),
  nameSealed: z.base64().nullable(),
  titleSealed: z.base64().nullable(),
});

/**
 * The documents of a case as one JSON value, newest first, to be read by `readDocuments`. A fragment: the statement that
 * it stands in asks whether the case may be read.
 * @param receipt the column that names the case
 * @param which a condition of `document`: those that count
 */
export function listingDocuments(
  receipt: RawBuilder<string>,
  which: RawBuilder<unknown> = sql`true`,
): RawBuilder<unknown> {
  return sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', document.id, 'receipt', document.receipt, 'type', document.type, 'issuedOn', document.issued_on,
      'at', document.at, 'state', document.state, 'replacedAt', document.replaced_at,
      'replacedBy', document.replaced_by, 'withdrawnAt', document.withdrawn_at,
      'template', case when document.template is not null
        then jsonb_build_object('id', document.template, 'version', document.template_version) end,
      'nameSealed', replace(encode(document.name_sealed, 'base64'), E'\\n', ''),
      'titleSealed', replace(encode(document.title_sealed, 'base64'), E'\\n', '')
    ) order by document.issued_on desc, document.id desc), '[]')
    from document where document.receipt = ${receipt} and ${which}
  )`;
}

/**
 * What `listingDocuments` gave.
 * @param caseKey the data key of the case, asked for only where a title is to be unsealed
 */
export function readDocuments(value: unknown, caseKey: () => DataKey): readonly DocumentSummary[] {
  return z
    .array(Summary)
    .parse(value)
    .map(({ nameSealed, titleSealed, ...document }) => ({
      ...document,
      title: titleOf(document.id, bytesOf(nameSealed), bytesOf(titleSealed), caseKey),
    }));
}

const bytesOf = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'));

const Title = z.union([z.string(), z.record(z.string(), z.string())]);

function titleOf(
  id: string,
  nameSealed: Buffer | null,
  titleSealed: Buffer | null,
  caseKey: () => DataKey,
): string | Localized | null {
  if (titleSealed !== null) return Title.parse(JSON.parse(caseKey().unseal(titleSealed, titlePlace(id))));
  if (nameSealed === null) return null;
  return caseKey()
    .unseal(nameSealed, namePlace(id))
    .replace(/\.[A-Za-z]{3,4}$/, '');
}

/** Why a text cannot be a verification code, and so was mistyped; null where it can be one. */
export const verificationCodeFault = (typed: string): CheckedCodeFault | null =>
  checkedCodeFault(typed, CODE_LETTERS);

const LONGEST_TYPED = 100;
const Uuid = z.uuid();

type Row = {
  readonly id: string;
  readonly receipt: string;
  readonly form: string;
  readonly type: string;
  readonly issuedOn: string;
  readonly at: Date;
  readonly state: DocumentState;
  readonly replaces: string | null;
  readonly replacedAt: Date | null;
  readonly replacedBy: string | null;
  readonly withdrawnAt: Date | null;
  readonly dataKey: Buffer;
  readonly mediaType: MediaType | null;
  readonly size: string | null;
  readonly sha256: Buffer | null;
  readonly nameSealed: Buffer | null;
  readonly titleSealed: Buffer | null;
  readonly template: string | null;
  readonly version: number | null;
  readonly dataSealed: Buffer | null;
  readonly codeSealed: Buffer;
  readonly renderings: unknown;
  readonly paperCopies: unknown;
};

const Renderings = z.array(z.object({ language: z.string(), size: z.number(), sha256: z.hex() }));

/** Reads the papers that the agency wrote. */
export function makeDocuments({
  database,
  vault,
  clock,
  blobs,
}: {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly blobs: Blobs;
}): Documents {
  const details = async (accountId: string, id: string | null): Promise<readonly DocumentDetails[]> => {
    const rows = await selectDetails(database, accountId, id);
    return rows.map((row) => detailsOf(row, vault));
  };
  return {
    documentsOf: async (accountId) => {
      const rows = await selectSummaries(database, accountId, clock.now());
      const keys = new Map<string, DataKey>();
      return rows.map(({ dataKey, nameSealed, titleSealed, template, version, ...document }) => ({
        ...document,
        template: templateOf({ template, version }),
        title: titleOf(document.id, nameSealed, titleSealed, () => {
          const key = keys.get(document.receipt) ?? vault.openDataKey(dataKey);
          keys.set(document.receipt, key);
          return key;
        }),
      }));
    },
    documentOf: async (accountId, id) =>
      Uuid.safeParse(id).success ? ((await details(accountId, id))[0] ?? null) : null,
    detailsOf: (accountId) => details(accountId, null),

    openContent: async (accountId, id, language) => {
      if (!Uuid.safeParse(id).success) return { is: 'not-there' };
      const row = await selectContent(database, accountId, id, language);
      if (row === undefined) return { is: 'not-there' };
      const { blobId, blobKeySealed, size, sha256, mediaType } = row;
      if (blobId === null || blobKeySealed === null || size === null || sha256 === null)
        return { is: row.hasFailed ? 'failed' : 'not-ready' };
      const key = vault.openDataKey(row.dataKey);
      const name = row.nameSealed === null ? null : key.unseal(row.nameSealed, namePlace(id));
      const place = row.renderingId === null ? blobKeyPlace(id) : renderingKeyPlace(row.renderingId);
      const blob = {
        id: asBlobId.parse(blobId),
        key: asContentKey.parse(key.unseal(blobKeySealed, place)),
      };
      const { receipt, type, issuedOn, template, version } = row;
      return {
        is: 'open',
        receipt,
        type,
        issuedOn,
        template: templateOf({ template, version }),
        mediaType,
        size: Number(size),
        sha256,
        name: name === null ? null : downloadName(name, mediaType),
        read: (range) => blobs.open(blob, range),
      };
    },

    verify: async (receipt, code) => {
      const indexes = codeIndexes(vault, code.slice(0, LONGEST_TYPED));
      const found = await selectVerified(database, receipt, indexes);
      if (found === undefined) return { is: 'unknown' };
      const { type, issuedOn, replacedAt, withdrawnAt } = found;
      const known = { type, template: templateOf(found), issuedOn };
      if (withdrawnAt !== null) return { is: 'withdrawn', ...known, at: withdrawnAt };
      if (replacedAt !== null) return { is: 'replaced', ...known, at: replacedAt };
      return { is: 'genuine', ...known };
    },

    askPaperCopy: async (accountId, id) => {
      if (!Uuid.safeParse(id).success) return { is: 'not-there' };
      const { rows } = await sql<{ state: DocumentState; asked: boolean }>`
        with found as (
          select id, state from document
          where id = ${id} and ${mayRead(accountId, sql.ref('document.receipt'))}
        ), asked as (
          insert into paper_copy_request (id, document_id, account_id, state, asked_at)
          select ${uuid()}::uuid, id, ${accountId}::uuid, 'asked', ${clock.now()}::timestamptz
          from found where state = 'current'
          on conflict (document_id, account_id) where state = 'asked' do nothing
          returning id
        )
        select state, exists (select from asked) as asked from found`.execute(database);
      const [found] = rows;
      if (found === undefined) return { is: 'not-there' };
      if (found.state !== 'current') return { is: 'not-current' };
      return { is: found.asked ? 'asked' : 'already-asked' };
    },
  };
}

async function selectSummaries(database: Database, account: string, now: Date) {
  const accountId = sql<string>`${account}::uuid`;
  const receipt = sql.ref<string>('document.receipt');
  const isNew = isNews(accountId, receipt, sql<string>`document.id::text`, sql<Date>`${now}::timestamptz`);
  const { rows } = await sql<
    Omit<ListedDocument, 'template' | 'title'> &
      Pick<Row, 'dataKey' | 'nameSealed' | 'titleSealed' | 'template' | 'version'>
  >`
    select id, receipt, own.form, type, issued_on as "issuedOn", at, state, replaced_at as "replacedAt",
      replaced_by as "replacedBy", withdrawn_at as "withdrawnAt", own.data_key as "dataKey",
      name_sealed as "nameSealed", title_sealed as "titleSealed", template, template_version as version,
      ${isNew} as "isNew"
    from document join case_record own using (receipt) where ${mayRead(accountId, receipt)}
    order by issued_on desc, id desc`.execute(database);
  return rows;
}

async function selectDetails(database: Database, accountId: string, id: string | null) {
  const which = id === null ? sql`true` : sql`document.id = ${id}`;
  const { rows } = await sql<Row>`
    select document.id, document.receipt, own.form, type, issued_on as "issuedOn", at, state, replaces,
      replaced_at as "replacedAt", replaced_by as "replacedBy", withdrawn_at as "withdrawnAt",
      own.data_key as "dataKey", title_sealed as "titleSealed", template_version as version, media_type as "mediaType", size, sha256,
      name_sealed as "nameSealed", template, data_sealed as "dataSealed", code_sealed as "codeSealed",
      (
        select coalesce(jsonb_agg(jsonb_build_object(
          'language', language, 'size', made.size, 'sha256', encode(made.sha256, 'hex')
        ) order by language), '[]')
        from document_rendering made where made.document_id = document.id
      ) as renderings,
      (
        select coalesce(jsonb_agg(jsonb_build_object(
          'state', copy.state, 'askedAt', copy.asked_at, 'settledAt', copy.settled_at
        ) order by copy.asked_at desc, copy.id desc), '[]')
        from paper_copy_request copy
        where copy.document_id = document.id and copy.account_id = ${accountId}
      ) as "paperCopies"
    from document join case_record own using (receipt)
    where ${which} and ${mayRead(accountId, sql.ref('document.receipt'))}
    order by issued_on desc, document.id desc`.execute(database);
  return rows;
}

async function selectContent(database: Database, accountId: string, id: string, language: string) {
  const { rows } = await sql<{
    receipt: string;
    type: string;
    issuedOn: string;
    template: string | null;
    version: number | null;
    dataKey: Buffer;
    renderingId: string | null;
    blobId: string | null;
    blobKeySealed: Buffer | null;
    mediaType: MediaType;
    size: string | null;
    sha256: Buffer | null;
    nameSealed: Buffer | null;
    hasFailed: boolean;
  }>`
    select document.receipt, type, issued_on as "issuedOn", template, document.template_version as version, own.data_key as "dataKey",
      made.id as "renderingId", coalesce(document.blob_id, made.blob_id) as "blobId",
      coalesce(document.blob_key_sealed, made.blob_key_sealed) as "blobKeySealed",
      coalesce(document.media_type, 'application/pdf') as "mediaType", coalesce(document.size, made.size) as size,
      coalesce(document.sha256, made.sha256) as sha256, document.name_sealed as "nameSealed",
      coalesce(rendering = 'failed', false) as "hasFailed"
    from document join case_record own using (receipt)
    left join document_rendering made on made.document_id = document.id and made.language = ${language}
    where document.id = ${id} and ${mayRead(accountId, sql.ref('document.receipt'))}`.execute(database);
  return rows[0];
}

/** Whoever holds a paper may ask, so nobody is asked who they are. */
async function selectVerified(database: Database, receipt: string, indexes: readonly Buffer[]) {
  const { rows } = await sql<{
    type: string;
    template: string | null;
    version: number | null;
    issuedOn: string;
    replacedAt: Date | null;
    withdrawnAt: Date | null;
  }>`
    select type, template, template_version as version, issued_on as "issuedOn", replaced_at as "replacedAt", withdrawn_at as "withdrawnAt"
    from document where code_index = any(${indexes}::bytea[]) and receipt = ${receipt}`.execute(database);
  return rows[0];
}

const templateOf = ({
  template,
  version,
}: {
  readonly template: string | null;
  readonly version: number | null;
}): DocumentSummary['template'] => (template === null || version === null ? null : { id: template, version });

function detailsOf(row: Row, vault: Vault): DocumentDetails {
  const { dataKey, mediaType, size, sha256, nameSealed, titleSealed, dataSealed, codeSealed, ...rest } = row;
  const { template, version, renderings, paperCopies, ...document } = rest;
  const [paperCopy = null, ...earlierCopies] = z.array(PaperCopy).parse(paperCopies);
  const key = vault.openDataKey(dataKey);
  const code = key.unseal(codeSealed, codePlace(row.id));
  return {
    ...document,
    template: templateOf({ template, version }),
    title: titleOf(row.id, nameSealed, titleSealed, () => key),
    content: contentOf(),
    code,
    paperCopy,
    earlierCopies,
  };

  function contentOf(): DocumentDetails['content'] {
    if (template !== null && dataSealed !== null)
      return {
        is: 'template',
        data: readTemplateData(key.unseal(dataSealed, dataPlace(row.id))),
        renderings: Renderings.parse(renderings),
      };
    if (mediaType === null || size === null || sha256 === null || nameSealed === null)
      throw new Error('a document is a file or of a template');
    const name = downloadName(key.unseal(nameSealed, namePlace(row.id)), mediaType);
    return { is: 'file', mediaType, size: Number(size), sha256: sha256.toString('hex'), name };
  }
}
