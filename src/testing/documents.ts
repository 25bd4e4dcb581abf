import { Readable } from 'node:stream';
import { loadAgency } from '../platform/agency/index.ts';
import type { FileSource } from '../records/documents/index.ts';
import { agencyFeed } from '../records/feed/index.ts';
import type { TestApp } from './app.ts';

/** Tells an app what its agency says, a line each, as the feed does. @throws when a line is bad */
export async function agencySays(
  {
    config,
    database,
    vault,
    clock,
    blobs,
  }: Pick<TestApp, 'config' | 'database' | 'vault' | 'clock' | 'blobs'>,
  lines: readonly object[],
  files: ReadonlyMap<string, Buffer> = new Map(),
): Promise<void> {
  const bad: string[] = [];
  const source: FileSource = async (name) => {
    const bytes = files.get(name);
    if (bytes === undefined) return { is: 'bad', reason: 'no such file' };
    const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
    return {
      is: 'file',
      mediaType: 'application/pdf',
      size: bytes.length,
      sha256,
      open: () => Readable.from([bytes]),
    };
  };
  const feed = agencyFeed({ agency: loadAgency(config.agencyFolder), database, vault }, clock, {
    blobs,
    files: source,
  });
  await feed.take(Readable.from(lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))), {
    badLine: (line, reason) => bad.push(`line ${line}: ${reason}`),
  });
  if (bad.length > 0) throw new Error(bad.join('\n'));
}
