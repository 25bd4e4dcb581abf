export type Metrics = {
  /** The value of a metric, the sum where it has several sets of labels. */
  sum(name: string, ...labels: readonly string[]): number;
};

/** What a Portico server says of itself. */
export async function readMetrics(url: string): Promise<Metrics> {
  const text = await (await fetch(url)).text();
  const lines = text.split('\n');
  return {
    sum: (name, ...labels) =>
      lines
        .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
        .filter((line) => labels.every((label) => line.includes(label)))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0),
  };
}
