import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import type { DataKey } from '../../platform/crypto/index.ts';
import { dataPlace } from './places.ts';
import { readTemplateData, type TemplateData } from './template-data.ts';

/** A notice that is in force and that no request for papers names, with what its template was filled in with. */
export type UnclaimedNotice = {
  readonly id: string;
  readonly template: string;
  readonly at: Date;
  readonly fields: TemplateData['fields'];
};

/**
 * The notices of a case that are in force and that no request for papers names, as one JSON value, newest first, to be read
 * by `readUnclaimedNotices`. A fragment: the statement that it stands in asks whether the case may be read.
 * @param receipt the column that names the case
 * @param templates those that count
 */
export const listingUnclaimedNotices = (
  receipt: RawBuilder<string>,
  templates: RawBuilder<readonly string[]>,
): RawBuilder<unknown> => sql`(
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', document.id, 'template', document.template, 'at', document.at,
      'dataSealed', replace(encode(document.data_sealed, 'base64'), E'\\n', '')
    ) order by document.at desc, document.id desc), '[]')
    from document
    where document.receipt = ${receipt} and document.state = 'current' and document.template = any(${templates}::text[])
      and not exists (select from evidence_request request where request.document_id = document.id)
  )`;

const Listed = z.array(
  z.object({
    id: z.string(),
    template: z.string(),
    at: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    dataSealed: z.base64().transform((text) => Buffer.from(text, 'base64')),
  }),
);

/**
 * What `listingUnclaimedNotices` gave.
 * @param caseKey the data key of the case, asked for only where there is a notice
 */
export const readUnclaimedNotices = (value: unknown, caseKey: () => DataKey): readonly UnclaimedNotice[] =>
  Listed.parse(value).map(({ dataSealed, ...notice }) => ({
    ...notice,
    fields: readTemplateData(caseKey().unseal(dataSealed, dataPlace(notice.id))).fields,
  }));
