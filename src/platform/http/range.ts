/** What of a file a request asks for (RFC 9110 §14.2). */
export type AskedRange =
  | { readonly is: 'whole' }
  | { readonly is: 'part'; readonly first: number; readonly last: number }
  /** It begins after the end. */
  | { readonly is: 'unsatisfiable' };

const SINGLE = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/;

/**
 * Reads a `Range` header. One range of bytes is served; several, other units and what cannot be read ask for the whole, as
 * the standard allows.
 * @param size bytes of the file
 */
export function askedRange(header: string | undefined, size: number): AskedRange {
  const [, from = '', to = ''] = SINGLE.exec(header ?? '') ?? [];
  if (from === '' && to === '') return { is: 'whole' };
  const last = size - 1;
  if (from === '') {
    const length = Number(to);
    return length === 0 || size === 0
      ? { is: 'unsatisfiable' }
      : { is: 'part', first: Math.max(0, size - length), last };
  }
  const first = Number(from);
  const end = to === '' ? last : Number(to);
  if (end < first) return to === '' ? { is: 'unsatisfiable' } : { is: 'whole' };
  return first > last ? { is: 'unsatisfiable' } : { is: 'part', first, last: Math.min(end, last) };
}
