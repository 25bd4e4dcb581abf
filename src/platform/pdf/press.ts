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
    const compiled = compiler.compile({ mainFileContent: LAYOUT, inputs: { content, look } });
    const document = compiled.result;
    if (document === null) {
      const error = compiled.takeDiagnostics();
      throw new Error(error === null ? 'nothing was laid out' : said(compiler.fetchDiagnostics(error)));
    }
    return new Uint8Array(compiler.pdf(document, { pdfStandard: 'ua-1' }));
  } finally {
    // It keeps every compile otherwise: 500 KB a paper.
    compiler.evictCache(0);
  }
});

const Diagnostics = z.array(z.looseObject({ message: z.string() }));

function said(diagnostics: unknown): string {
  const parsed = Diagnostics.safeParse(diagnostics);
  return parsed.success ? parsed.data.map(({ message }) => message).join('; ') : JSON.stringify(diagnostics);
}
