import { inflateSync } from 'node:zlib';
import { getDocument, OPS } from 'pdfjs-dist/legacy/build/pdf.mjs';

/** What a reader that goes by the tags gets from a PDF. */
export type ReadPdf = {
  readonly pages: number;
  readonly title: unknown;
  readonly language: unknown;
  readonly author: unknown;
  readonly created: unknown;
  /** The marks of PDF/UA in its metadata. */
  readonly standard: string;
  /** Every tag with its text, in reading order, such as `H1: We have your form`. */
  readonly tagged: readonly string[];
  /** All of its text in reading order. */
  readonly text: string;
  /** Texts instead of pictures. */
  readonly alternatives: readonly string[];
};

type Node = { role?: string; alt?: string; children?: Node[]; type?: string; id?: string };

/**
 * Reads a PDF as assistive technology does (PDF 1.7 §14.8.2.3, §14.9.4): by the order of its tags, with the text that
 * stands instead of glyphs, and with stretches that are marked as reversed turned around.
 */
export async function readPdf(bytes: Uint8Array): Promise<ReadPdf> {
  const pdf = await getDocument({ data: new Uint8Array(bytes), verbosity: 0 }).promise;
  const { info } = await pdf.getMetadata();
  const streams = contentStreams(bytes);
  const tagged: string[] = [];
  const alternatives: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { fnArray, argsArray } = await page.getOperatorList();
    const texts = textsByMark(fnArray, argsArray, actualTexts(streams[number - 1] ?? ''));
    walk(await page.getStructTree(), texts, tagged, alternatives);
  }
  await pdf.destroy();
  const [, standard = ''] =
    /(<pdfuaid:part>\d+<\/pdfuaid:part>)/.exec(Buffer.from(bytes).toString('latin1')) ?? [];
  const field = (name: string): unknown => Object.entries(info).find(([key]) => key === name)?.[1];
  return {
    pages: pdf.numPages,
    title: field('Title'),
    language: field('Language'),
    author: field('Author'),
    created: field('CreationDate'),
    standard,
    tagged,
    text: tagged.map((line) => line.slice(line.indexOf(': ') + 2)).join('\n'),
    alternatives,
  };
}

/** The streams that draw pages, in the order of the file, which is that of the pages. */
function contentStreams(bytes: Uint8Array): readonly string[] {
  return [
    ...Buffer.from(bytes)
      .toString('latin1')
      .matchAll(/stream\r?\n([\s\S]*?)\r?\nendstream/g),
  ]
    .map(([, stream = '']) => {
      try {
        return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1');
      } catch {
        return '';
      }
    })
    .filter((stream) => stream.includes('/MCID'));
}

/** What stands instead of the glyphs of each marked stretch, in the order in which they begin. */
function actualTexts(stream: string): readonly (string | undefined)[] {
  return [...stream.matchAll(/(?:<<([^>]*(?:<[0-9A-F]*>)?[^>]*)>>\s*BDC|\bBMC)\b/g)].map(([, given = '']) => {
    const [, hex] = /\/ActualText\s*<FEFF([0-9A-F]*)>/.exec(given) ?? [];
    return hex === undefined ? undefined : Buffer.from(hex, 'hex').swap16().toString('utf16le');
  });
}

/** The text of each content id. */
function textsByMark(
  operators: readonly number[],
  args: readonly unknown[],
  instead: readonly (string | undefined)[],
): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  const open: { id: number | undefined; reversed: boolean; instead: string | undefined }[] = [];
  const add = (text: string) => {
    const id = open.findLast((mark) => mark.id !== undefined)?.id;
    if (id !== undefined) texts.set(id, (texts.get(id) ?? '') + text);
  };
  let marks = 0;
  for (const [at, operator] of operators.entries()) {
    const given = args[at];
    const [first, second] = Array.isArray(given) ? given : [];
    if (operator === OPS.beginMarkedContent || operator === OPS.beginMarkedContentProps) {
      const text = instead[marks++];
      if (text !== undefined) add(text);
      open.push({
        id: typeof second === 'number' ? second : undefined,
        reversed: JSON.stringify(first).includes('ReversedChars'),
        instead: text,
      });
    } else if (operator === OPS.endMarkedContent) {
      open.pop();
    } else if (operator === OPS.showText && !open.some((mark) => mark.instead !== undefined)) {
      const glyphs: readonly string[] = first
        .filter((glyph: unknown) => typeof glyph === 'object' && glyph !== null)
        .map((glyph: { unicode: string }) => glyph.unicode);
      add((open.at(-1)?.reversed === true ? glyphs.toReversed() : glyphs).join(''));
    }
  }
  return texts;
}

const INLINE = new Set(['Span', 'Link', 'Em', 'Strong']);

function walk(
  node: Node,
  texts: ReadonlyMap<number, string>,
  tagged: string[],
  alternatives: string[],
): void {
  if (node.alt !== undefined) alternatives.push(node.alt);
  const text = inlineText(node, texts);
  if (text !== '') tagged.push(`${node.role}: ${text}`);
  for (const child of node.children ?? [])
    if (child.role !== undefined && !INLINE.has(child.role)) walk(child, texts, tagged, alternatives);
}

function inlineText(node: Node, texts: ReadonlyMap<number, string>): string {
  return (node.children ?? [])
    .map((child) => {
      if (child.role !== undefined) return INLINE.has(child.role) ? inlineText(child, texts) : '';
      return texts.get(Number(/_mc(\d+)$/.exec(child.id ?? '')?.[1])) ?? '';
    })
    .join('');
}
