/** Lines of a feed, as it is sent. */
export async function* feedLines(...lines: readonly object[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${JSON.stringify(line)}\n`);
}
