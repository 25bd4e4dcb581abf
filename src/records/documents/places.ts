import { sql } from 'kysely';
import { sealedColumn } from '../../platform/crypto/index.ts';

/** Of a row `t` of `document`: whose data key it is. */
const OF_CASE = sql<string>`t.receipt`;
const OF_RENDERING = sql<string>`(select receipt from document where document.id = t.document_id)`;

const ofDocument = (column: string) =>
  sealedColumn({ table: 'document', column, under: 'case_record', of: OF_CASE });
const ofRendering = (column: string) =>
  sealedColumn({ table: 'document_rendering', column, under: 'case_record', of: OF_RENDERING });

const blobKey = ofDocument('blob_key_sealed');
const name = ofDocument('name_sealed');
const title = ofDocument('title_sealed');
const data = ofDocument('data_sealed');
const code = ofDocument('code_sealed');
const renderingKey = ofRendering('blob_key_sealed');
const renderingNote = ofRendering('note_sealed');

/**
 * What of documents is sealed under the data keys of their cases. Blobs have keys of their own, of which only what seals
 * them is made anew.
 */
export const DOCUMENTS_SEALED = [blobKey, name, title, data, code, renderingKey, renderingNote];

export const { place: blobKeyPlace } = blobKey;
export const { place: namePlace } = name;
export const { place: titlePlace } = title;
export const { place: dataPlace } = data;
export const { place: codePlace } = code;
export const { place: renderingKeyPlace } = renderingKey;
export const { place: renderingNotePlace } = renderingNote;
