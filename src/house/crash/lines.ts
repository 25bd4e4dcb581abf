import { createHash } from 'node:crypto';
import type { Random } from '../../records/feed/index.ts';

/** A line that the agency sends, and what becomes of it however often it is sent. */
type Sent = {
  readonly text: string;
} & (
  | { readonly is: 'good'; readonly id: string }
  /** The same as one before. */
  | { readonly is: 'again' }
  | { readonly is: 'bad' }
);

/** A file that comes with the lines. */
type SentFile = { readonly name: string; readonly bytes: Buffer };

/** What the agency puts down at once, to be sent until all of it is in. */
export type Drop = { readonly lines: readonly Sent[]; readonly files: readonly SentFile[] };

const MINUTE = 60_000;
const FIRST = Date.UTC(2024, 0, 1);
const STATUSES = ['biometrics-scheduled', 'biometrics-taken', 'under-review', 'request-for-evidence-sent'];
/** Some of one piece of what is sealed at a time, some of several. */
const SIZES = [2_000, 30_000, 300_000];

export const receiptOf = (number: number): string => `ARC77${String(number).padStart(8, '0')}`;
export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
type Line = { readonly id: string; readonly [field: string]: unknown };
const good = (line: Line): Sent => ({ is: 'good', id: line.id, text: JSON.stringify(line) });
const bad = (line: object): Sent => ({ is: 'bad', text: JSON.stringify(line) });

function statusLine(id: string, receipt: string, at: string, status: string) {
  const person = { family: 'Quill', given: receipt.slice(-3), born: '1988-02-29', birthCountry: 'PL' };
  return { id, receipt, form: 'NAT-1', at, status, person };
}

/** The first status of each case, by which they are known. */
export function openingDrop(cases: number): Drop {
  const at = new Date(FIRST).toISOString();
  const lines = Array.from({ length: cases }, (_, number) =>
    good(statusLine(`open-${number}`, receiptOf(number), at, 'case-received')),
  );
  return { lines, files: [] };
}

/** Letters of the first case, each a file of so many bytes. */
export function letterDrop(name: string, sizes: readonly number[]): Drop {
  const at = new Date(FIRST).toISOString();
  const letters = sizes.map((size, number) => {
    const id = `${name}-${number}`;
    const line = { kind: 'document', id, receipt: receiptOf(0), at, type: 'letter', issuedOn: '2024-01-01' };
    return { line: good({ ...line, file: `${id}.pdf` }), file: fileOf(`${id}.pdf`, size) };
  });
  return { lines: letters.map(({ line }) => line), files: letters.map(({ file }) => file) };
}

/** A file that is taken for a PDF, and differs from every other. */
function fileOf(name: string, size: number): SentFile {
  const bytes = Buffer.alloc(size, `${name} `);
  bytes.write('%PDF-1.7\n');
  return { name, bytes };
}

/**
 * Lines of every kind about cases that are known: good ones, the same again, and bad ones of each reason for which a file may
 * have been stored in vain.
 * @param number of the drop, by which its ids differ from those of others
 */
export function mixedDrop(
  random: Random,
  { number, count, cases }: { readonly number: number; readonly count: number; readonly cases: number },
): Drop {
  const lines: Sent[] = [];
  const files: SentFile[] = [];
  const said: Line[] = [];
  const withFile = (id: string) => {
    const file = fileOf(`${id}.pdf`, random.pick(SIZES) + random.between(0, 999));
    files.push(file);
    return file.name;
  };
  for (let at = 0; at < count; at++) {
    const id = `${number}-${at}`;
    const receipt = receiptOf(random.between(0, cases - 1));
    const when = new Date(FIRST + (number * 10_000 + at + 1) * MINUTE).toISOString();
    const paper = { kind: 'document', id, receipt, at: when, type: 'letter', issuedOn: '2024-01-01' };
    const take = (line: Line): void => {
      said.push(line);
      lines.push(good(line));
    };
    const kinds: readonly { readonly weight: number; send(): void }[] = [
      { weight: 40, send: () => take(statusLine(id, receipt, when, random.pick(STATUSES))) },
      { weight: 20, send: () => take({ ...paper, file: withFile(id) }) },
      {
        weight: 3,
        send: () => {
          const data = { received: '2024-01-01', applicant: 'Zdzisława Quill' };
          take({ ...paper, type: 'receipt', template: { name: 'receipt', data } });
        },
      },
      {
        weight: 15,
        send: () => {
          const papers = [{ name: { en: `Paper ${id}`, es: `Papel ${id}` } }];
          take({ kind: 'evidence-request', id, receipt, at: when, papers, dueOn: '2024-12-31' });
        },
      },
      {
        weight: 8,
        send: () => {
          if (said.length > 0) lines.push({ is: 'again', text: JSON.stringify(random.pick(said)) });
          else lines.push({ is: 'bad', text: '{' });
        },
      },
      {
        weight: 6,
        send: () => lines.push(bad({ ...paper, receipt: receiptOf(99_999), file: withFile(id) })),
      },
      { weight: 3, send: () => lines.push(bad({ ...paper, file: 'nowhere.pdf' })) },
      { weight: 5, send: () => lines.push(bad(statusLine(id, receipt, when, 'flying'))) },
    ];
    random.pickWeighted(kinds).send();
  }
  // The last line of every batch is bad, so that a feed that is killed has said of each that it was in.
  for (let end = 999; end < lines.length; end += 1000) lines[end] = { is: 'bad', text: '{' };
  return { lines, files };
}
