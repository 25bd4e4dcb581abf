import type { Scanner } from './clamd.ts';
import { downloadName, type MediaType, mediaTypeOf } from './media-types.ts';
import { remade } from './pictures.ts';

/** A file as it was sent, of which nothing is known but what its sender says. */
export type UploadedFile = { readonly name: string; readonly bytes: Buffer };

/** A file that may be kept: its type by its content, a picture made anew. */
export type CheckedFile = { readonly name: string; readonly mediaType: MediaType; readonly bytes: Buffer };

export type Checked =
  | { readonly is: 'checked'; readonly files: readonly CheckedFile[] }
  /** One of them is not taken, for a reason. */
  | { readonly is: 'refused'; readonly name: string; readonly why: 'type' | 'damaged' | 'infected' };

/** Checks files that people sent. @throws ScannerUnavailable where they cannot be checked: then none is kept */
export type CheckFiles = (files: readonly UploadedFile[]) => Promise<Checked>;

/**
 * Checks files before any of them is kept, by what they are and never by what they are called (ASVS 5.2.2, 5.4.3).
 * @param scanner null where none is configured
 */
export function makeFileCheck(scanner: Scanner | null): CheckFiles {
  return async (files) => {
    const checked: CheckedFile[] = [];
    for (const { name, bytes } of files) {
      const mediaType = mediaTypeOf(bytes);
      if (mediaType === null) return { is: 'refused', name, why: 'type' };
      // What was sent is looked at, before a library opens it.
      if (scanner !== null && (await scanner(bytes)).is === 'infected')
        return { is: 'refused', name, why: 'infected' };
      const safe = mediaType === 'application/pdf' ? wholePdf(bytes) : await remade(bytes, mediaType);
      if (safe === null) return { is: 'refused', name, why: 'damaged' };
      checked.push({ name: downloadName(name, mediaType), mediaType, bytes: safe });
    }
    return { is: 'checked', files: checked };
  };
}

/** How far from its end a PDF says that it ends (ISO 32000-1, appendix H, 18). */
const END_WITHIN = 1_024;

/** A PDF as it is; null where its end is missing, as of one that was cut off. */
function wholePdf(bytes: Buffer): Buffer | null {
  return bytes.subarray(-END_WITHIN).includes('%%EOF') ? bytes : null;
}
