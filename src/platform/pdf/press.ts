import { workerData } from 'node:worker_threads';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { z } from 'zod';
import { serveThread } from '../threads/index.ts';
import { LAYOUT } from './layout.ts';

const PressData = z.object({ fonts: z.array(z.instanceof(Uint8Array)), look: z.string() });

const { fonts, look } = PressData.parse(workerData);
// Fonts that are handed in and no other: a system's would make another file on another machine.
const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: fonts.map((font) => Buffer.from(font)) }] });

// The thread that makes PDFs, one after the other, for maker.ts.
serveThread((content: string): Uint8Array => {
  try {
    // A document of its own would wait for the collector of JavaScript, to which it is a few bytes.
    return new Uint8Array(
      compiler.pdf({ mainFileContent: LAYOUT, inputs: { content, look } }, { pdfStandard: 'ua-1' }),
    );
  } catch (error) {
    throw new Error(said(error));
  } finally {
    // It keeps every compile otherwise: 500 KB a paper.
    compiler.evictCache(0);
  }
});

const Failure = z.object({ code: z.string() });

/** What the compiler says is wrong: it stands in the code of its errors, as a list of its own or as Rust prints one. */
function said(error: unknown): string {
  const { code = String(error) } = Failure.safeParse(error).data ?? {};
  const messages = [...code.matchAll(/message: ("(?:[^"\\]|\\.)*")/g)].map(([, message = '']) => message);
  return messages.length === 0 ? code : messages.join('; ');
}
