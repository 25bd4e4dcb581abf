/** What tests and tools of the project read, which is often set for all that is started from a shell. */
const OF_TOOLS = /^PORTICO_(?:CHROMIUM|CRASH|E2E|GAMES|SCREENSHOTS|TEST)(?:_|$)/;
/** What Kubernetes tells each container of services whose names begin with ours (its documentation of services, "Discovering"). */
const OF_SERVICES = /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/;
const SERVICE_PORT = /^(?:tcp|udp|sctp):\/\//;

/**
 * The variables of an environment that are called like ours and mean nothing: whoever set one meant another.
 * @param known the names of all that there are
 */
export function* unknownNames(
  set: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): Generator<{ readonly name: string; readonly nearest: string }> {
  for (const [name, value = ''] of Object.entries(set)) {
    const isOurs = /^PORTICO_/i.test(name) && !known.includes(name) && !OF_TOOLS.test(name);
    if (isOurs && !OF_SERVICES.test(name) && !SERVICE_PORT.test(value))
      yield { name, nearest: nearestTo(name.toUpperCase(), known) };
  }
}

/** Some of ours are called as elsewhere, without what the others begin with. */
function nearestTo(name: string, known: readonly string[]): string {
  const far = (other: string) =>
    Math.min(distance(name, other), distance(name.replace('PORTICO_', ''), other));
  const [nearest = ''] = known.toSorted((a, b) => far(a) - far(b));
  return nearest;
}

/** How many letters have to be put in, taken out or exchanged to make one word of another (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (const [above, letter] of [...a].entries()) {
    const next = [above + 1];
    for (const [n, other] of [...b].entries())
      next.push(
        Math.min((next[n] ?? 0) + 1, (row[n + 1] ?? 0) + 1, (row[n] ?? 0) + (letter === other ? 0 : 1)),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
