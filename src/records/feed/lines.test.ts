import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Line, splitLines } from './lines.ts';

async function split(longest: number, ...chunks: Uint8Array[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const some of splitLines(
    (async function* () {
      yield* chunks;
    })(),
    longest,
  ))
    lines.push(...some);
  return lines;
}
const texts = (lines: readonly Line[]) =>
  lines.map((line) => `${line.number}:${line.is === 'line' ? line.bytes.toString() : line.is}`);

describe('lines of a feed', () => {
  it('end in LF or CRLF, may be blank, and the last may have no end', async () => {
    expect(texts(await split(10, Buffer.from('a\r\n\n  \nb\n\r\nc')))).toEqual(['1:a', '4:b', '6:c']);
  });

  it('may start with a byte order mark', async () => {
    expect(texts(await split(10, Buffer.from('\ufeffa\nb')))).toEqual(['1:a', '2:b']);
  });

  it('are reported and skipped when they are too long', async () => {
    const long = Buffer.alloc(25, 'x');
    expect(texts(await split(10, Buffer.from('a\n'), long, long, Buffer.from('\nb\n'), long))).toEqual([
      '1:a',
      '2:too-long',
      '3:b',
      '4:too-long',
    ]);
    expect(texts(await split(3, Buffer.from('abc\r\nabcd\r\nabc')))).toEqual([
      '1:abc',
      '2:too-long',
      '3:abc',
    ]);
  });

  it('are the same however the bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: fc.constantFrom('a', 'é', '\n', '\r', ' ', '漢'), maxLength: 60 }),
        fc.array(fc.nat({ max: 80 }), { maxLength: 6 }),
        async (text, cuts) => {
          const bytes = Buffer.from(text);
          const points = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = points.slice(1).map((end, index) => bytes.subarray(points[index], end));
          expect(texts(await split(8, ...chunks))).toEqual(texts(await split(8, bytes)));
        },
      ),
    );
  });
});
