/** One line of a feed, without its line ending. */
export type Line =
  | { readonly is: 'line'; readonly number: number; readonly bytes: Buffer }
  | { readonly is: 'too-long'; readonly number: number };

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Splits a stream of bytes into lines that end in LF or CRLF. Blank lines are left out but counted, and so is a byte
 * order mark. Never holds more of a line than `longest` bytes and one chunk.
 * @param longest bytes that a line may have; a longer one is reported and skipped
 * @returns the lines that each chunk completes, numbered from 1
 */
export async function* splitLines(
  source: AsyncIterable<Uint8Array>,
  longest: number,
): AsyncGenerator<readonly Line[]> {
  let number = 1;
  let pending: Buffer[] = [];
  let length = 0;

  const finish = (): Line | undefined => {
    const tooLong = length > longest + 1;
    let bytes = pending.length === 1 ? (pending[0] ?? Buffer.alloc(0)) : Buffer.concat(pending);
    const at = number++;
    pending = [];
    length = 0;
    if (tooLong) return { is: 'too-long', number: at };
    if (at === 1 && bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK))
      bytes = bytes.subarray(3);
    if (bytes.at(-1) === RETURN) bytes = bytes.subarray(0, -1);
    if (bytes.length > longest) return { is: 'too-long', number: at };
    return isBlank(bytes) ? undefined : { is: 'line', number: at, bytes };
  };
  const take = (part: Buffer) => {
    length += part.length;
    if (length > longest + 1) pending = [];
    else if (part.length > 0) pending.push(part);
  };

  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: Line[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      take(bytes.subarray(start, end));
      const line = finish();
      if (line !== undefined) lines.push(line);
      start = end + 1;
    }
    take(bytes.subarray(start));
    if (lines.length > 0) yield lines;
  }
  const last = finish();
  if (last !== undefined) yield [last];
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09);
}
