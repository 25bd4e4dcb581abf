import { setTimeout } from 'node:timers/promises';

/** In milliseconds. A browser waits longer, which only spreads the load. */
const AGAIN = 50;

/** A page that is open in a browser, which hears of changes and draws itself again, as `client/live.ts` does. */
export type OpenPage = {
  readonly path: string;
  /** How many changes it heard of, and how often it came back with the id of the last one. */
  heard(): number;
  resumed(): number;
  /** What it shows now, and what it would show were it loaded anew. */
  shows(): string;
  reloaded(): Promise<string | null>;
  close(): Promise<void>;
};

/** What a page says, without what each answer has of its own. */
const mainOf = (html: string): string =>
  (/<main[\s\S]*<\/main>/.exec(html)?.[0] ?? '').replaceAll(/name="_csrf" value="[^"]*"/g, '');

/**
 * Opens a page and its stream, which comes back whenever it is cut off.
 * @param server where it answers, which is elsewhere each time that it is started
 * @throws when the page cannot be opened at first
 */
export async function openPage(server: () => string, cookie: string, path: string): Promise<OpenPage> {
  const leaving = new AbortController();
  const { signal } = leaving;
  let [heard, resumed] = [0, 0];
  let [shown, drawn] = ['', ''];
  let seq: string | null = null;
  let due = false;
  const load = async (): Promise<string | null> => {
    const headers = { cookie, 'portico-by-itself': '1' };
    const answer = await fetch(`${server()}${path}`, { headers, redirect: 'manual', signal }).catch(
      () => null,
    );
    return answer?.status === 200 ? await answer.text().catch(() => null) : null;
  };
  const pause = () => setTimeout(AGAIN, undefined, { signal }).catch(() => {});

  let drawing: Promise<void> | null = null;
  const draw = async (): Promise<void> => {
    while (due && !signal.aborted) {
      due = false;
      const html = await load();
      if (html !== null) shown = mainOf(html);
      else {
        due = true;
        await pause();
      }
    }
    drawing = null;
  };
  const changed = (id: string): void => {
    seq = id;
    heard += 1;
    due = true;
    drawing ??= draw();
  };
  const listen = async (): Promise<void> => {
    const headers = {
      accept: 'text/event-stream',
      cookie,
      ...(seq === null ? {} : { 'last-event-id': seq }),
    };
    const answer = await fetch(`${server()}/changes?drawn=${drawn}`, { headers, redirect: 'manual', signal });
    if (seq !== null && answer.status === 200) resumed += 1;
    let text = '';
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        const id = /^id: (.*)$/m.exec(event)?.[1];
        if (/^event: changed$/m.test(event) && id !== undefined) changed(id);
        else if (id !== undefined) seq = id;
      }
    }
  };

  const first = await load();
  if (first === null) throw new Error(`${path} cannot be opened`);
  shown = mainOf(first);
  drawn = /<portico-live[^>]* drawn="([^"]*)"/.exec(first)?.[1] ?? '';
  const listening = (async () => {
    while (!signal.aborted) {
      await listen().catch(() => {});
      await pause();
    }
  })();
  return {
    path,
    heard: () => heard,
    resumed: () => resumed,
    shows: () => shown,
    reloaded: async () => {
      const html = await load();
      return html === null ? null : mainOf(html);
    },
    close: async () => {
      leaving.abort();
      await listening;
      await drawing;
    },
  };
}
