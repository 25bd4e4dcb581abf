import { createHash } from 'node:crypto';
import { qrPath } from '../qr/index.ts';
import { makeThreads, ThreadsBusy, WorkFailed } from '../threads/index.ts';
import type { Block, PaperContent } from './content.ts';
import { type FontFamily, loadFonts } from './fonts.ts';
import { LAYOUT } from './layout.ts';
import { MARK, type Romanised, romanise } from './romanise.ts';

/** What a paper of the agency looks like. */
export type PaperLook = {
  readonly paper: 'a4' | 'us-letter';
  /** The picture of the agency as SVG, shown on `band`. */
  readonly logo: string;
  /** A colour such as `#481441`. */
  readonly band: string;
};

export type MadePdf =
  | {
      readonly is: 'made';
      readonly bytes: Uint8Array;
      /** Of the bytes, in hexadecimal. */
      readonly sha256: string;
      /** What had to be written in Latin letters, for the office to see. */
      readonly romanised: readonly Romanised[];
    }
  /** It cannot be set, and will not be able to. The reason may repeat what the paper says. */
  | { readonly is: 'failed'; readonly reason: string };

/**
 * A paper was not made, and nothing is known to be wrong with it: the maker is closed or has too much to do, its thread ended, or
 * it took too long.
 */
export class PdfMakerUnavailable extends Error {
  readonly why: 'closed' | 'busy' | 'ended';
  constructor(why: PdfMakerUnavailable['why'], cause: unknown) {
    super(`no PDF was made: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.why = why;
  }
}

export type PdfMaker = {
  /**
   * Makes a tagged PDF (PDF/UA-1) of a paper. The same content under the same layout is the same file, in any process.
   * It is failed rather than untagged.
   * @throws PdfMakerUnavailable
   */
  make(content: PaperContent): Promise<MadePdf>;
  close(): Promise<void>;
};

export type PdfMakerOptions = {
  readonly look: PaperLook;
  /** Ends what takes longer, in milliseconds, together with the thread that did it. */
  readonly timeLimit?: number;
  readonly fonts?: readonly FontFamily[];
};

/** Names the layout: another one says that the same content is another file. */
export const LAYOUT_VERSION = createHash('sha256').update(LAYOUT).digest('hex').slice(0, 12);

/** Makes PDFs on a thread of its own, one after the other. It is started by the first paper, and again after it ended. */
export function makePdfMaker({ look, timeLimit = 20_000, fonts = loadFonts() }: PdfMakerOptions): PdfMaker {
  const threads = makeThreads<string, Uint8Array>({
    module: ['press', import.meta.url],
    data: {
      fonts: fonts.flatMap(({ files }) => files),
      look: JSON.stringify({ ...look, fonts: fontOrder(fonts) }),
    },
    most: 1,
    mostWaiting: 1_000,
    patience: 60_000,
    timeLimit,
    megabytes: 64,
  });
  let isClosed = false;
  return {
    make: async (content) => {
      const { text, romanised } = readable(content, fonts);
      try {
        const bytes = await threads.ask(text);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        return { is: 'made', bytes, sha256, romanised };
      } catch (error) {
        if (error instanceof WorkFailed) return { is: 'failed', reason: error.message };
        const why = isClosed ? 'closed' : error instanceof ThreadsBusy ? 'busy' : 'ended';
        throw new PdfMakerUnavailable(why, error);
      }
    },
    close: () => {
      isClosed = true;
      return threads.close();
    },
  };
}

const ARABIC_ALEF = 0x06_27;
const HEBREW_ALEF = 0x05_d0;

/** The names of the fonts in the order in which text of each direction asks them. */
function fontOrder(fonts: readonly FontFamily[]) {
  const isRtl = ({ characters }: FontFamily) => characters.has(ARABIC_ALEF) || characters.has(HEBREW_ALEF);
  const names = (families: readonly FontFamily[]) => families.map(({ name }) => name);
  const rtl = fonts.filter(isRtl);
  const ltr = fonts.filter((family) => !isRtl(family));
  return { ltr: names([...ltr, ...rtl]), rtl: names([...rtl, ...ltr]) };
}

/** What is no text that somebody reads. */
const NO_TEXT = new Set(['is', 'direction', 'language', 'issued', 'url', 'picture']);

/** The content for the layout, with nothing in it that no font has. */
function readable(content: PaperContent, fonts: readonly FontFamily[]) {
  const romanised: Romanised[] = [];
  const write = (value: unknown): string =>
    JSON.stringify(value, (key, part: unknown) =>
      typeof part === 'string' && !NO_TEXT.has(key)
        ? romanise(printable(part), fonts, (found) => romanised.push(found))
        : part,
    );
  const blocks = content.blocks.map((block) =>
    block.is === 'verification' ? { ...block, picture: qrPicture(block.url) } : block,
  );
  const text = write({ ...content, blocks });
  if (romanised.length === 0) return { text, romanised };
  const note: Block = { is: 'paragraph', runs: [{ text: `${MARK} ${content.romanisedNote}` }] };
  const end = blocks.findIndex((block) => block.is === 'verification');
  const found = unique(romanised);
  return {
    text: write({ ...content, blocks: blocks.toSpliced(end < 0 ? blocks.length : end, 0, note) }),
    romanised: found,
  };
}

/**
 * Without what is neither seen nor has a meaning on paper: control characters, and marks of direction. A stretch without a
 * space that is longer than a line may be broken.
 */
const printable = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/\r\n?|\u2028|\u2029/g, '\n')
    .replaceAll(/[\t\v\f ]+/g, ' ')
    .replaceAll(/(?!\n)[\p{Cc}\p{Bidi_Control}\p{Cs}]/gu, '')
    .replaceAll(/\S{60}(?=\S)/gu, '$&\u200b');

const unique = (all: readonly Romanised[]): readonly Romanised[] => [
  ...new Map(all.map((each) => [each.text, each])).values(),
];

function qrPicture(url: string): string {
  const { path, side } = qrPath(url);
  // The white of the layout around it is its quiet zone.
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="4 4 ${side - 8} ${side - 8}"><path d="${path}"/></svg>`;
}
