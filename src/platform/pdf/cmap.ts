/**
 * The characters that a TrueType or OpenType font has a glyph for, read from its `cmap` table in the formats 4 and 12,
 * which every font for Unicode has (OpenType 1.9, cmap).
 * @throws RangeError or Error when the bytes are no such font
 */
export function charactersOf(font: Uint8Array): ReadonlySet<number> {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableAt(view, 'cmap');
  const found = new Set<number>();
  const subtables = view.getUint16(cmap + 2);
  for (let n = 0; n < subtables; n++) {
    const at = cmap + view.getUint32(cmap + 4 + n * 8 + 4);
    const format = view.getUint16(at);
    if (format === 4) readFormat4(view, at, found);
    if (format === 12) readFormat12(view, at, found);
  }
  if (found.size === 0) throw new Error('the font has no characters of Unicode');
  return found;
}

function tableAt(view: DataView, name: string): number {
  const tables = view.getUint16(4);
  for (let n = 0; n < tables; n++) {
    const at = 12 + n * 16;
    const tag = String.fromCharCode(...[0, 1, 2, 3].map((byte) => view.getUint8(at + byte)));
    if (tag === name) return view.getUint32(at + 8);
  }
  throw new Error(`the font has no table ${name}`);
}

function readFormat4(view: DataView, at: number, found: Set<number>): void {
  const double = view.getUint16(at + 6);
  const [ends, starts, deltas, offsets] = [14, 16 + double, 16 + 2 * double, 16 + 3 * double];
  for (let segment = 0; segment < double; segment += 2) {
    const end = view.getUint16(at + ends + segment);
    const start = view.getUint16(at + starts + segment);
    const delta = view.getUint16(at + deltas + segment);
    const offset = view.getUint16(at + offsets + segment);
    for (let character = start; character <= end && character < 0xff_ff; character++) {
      const place = at + offsets + segment + offset + 2 * (character - start);
      const glyph = offset === 0 ? character + delta : view.getUint16(place);
      if ((glyph & 0xff_ff) !== 0) found.add(character);
    }
  }
}

function readFormat12(view: DataView, at: number, found: Set<number>): void {
  const groups = view.getUint32(at + 12);
  for (let n = 0; n < groups; n++) {
    const group = at + 16 + n * 12;
    const end = view.getUint32(group + 4);
    for (let character = view.getUint32(group); character <= end && character <= 0x10_ff_ff; character++)
      found.add(character);
  }
}
