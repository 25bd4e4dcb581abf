const placeIn = (table: string, column: string) => (row: string) => ({ table, column, row });

// Where what documents say is sealed, under the data key of their case.
export const blobKeyPlace = placeIn('document', 'blob_key_sealed');
export const namePlace = placeIn('document', 'name_sealed');
export const titlePlace = placeIn('document', 'title_sealed');
export const dataPlace = placeIn('document', 'data_sealed');
export const codePlace = placeIn('document', 'code_sealed');
export const renderingKeyPlace = placeIn('document_rendering', 'blob_key_sealed');
export const renderingNotePlace = placeIn('document_rendering', 'note_sealed');
