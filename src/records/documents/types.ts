import { join } from 'node:path';
import { z } from 'zod';
import {
  type Agency,
  type Localized,
  readAgencyFile,
  requireLanguages,
} from '../../platform/agency/index.ts';

/** A kind of paper that the agency writes. */
export type DocumentType = { readonly code: string; readonly label: Localized };

/** The agency's kinds of paper, each by its code, in the order of its file. */
export type DocumentTypes = ReadonlyMap<string, DocumentType>;

const DocumentsFile = z.strictObject({
  types: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[a-z]+(-[a-z]+)*$/, 'not in kebab-case'),
        label: z.record(z.string(), z.string().min(1)),
      }),
    )
    .min(1),
});

/**
 * Reads `documents.json` of an agency's folder.
 * @throws an error that names what is wrong: a missing language, a code written twice
 */
export function loadDocumentTypes(agency: Pick<Agency, 'folder' | 'languages'>): DocumentTypes {
  const { types } = readAgencyFile(agency.folder, 'documents.json', DocumentsFile);
  const byCode = new Map(types.map((type) => [type.code, type]));
  const file = join(agency.folder, 'documents.json');
  for (const { label } of types) requireLanguages(label, agency.languages);
  if (byCode.size < types.length) throw new Error(`${file}: a type is there twice`);
  return byCode;
}
