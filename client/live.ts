import { LiveRegions } from './live-regions.ts';

const ONE = 'portico-live';
const AGAIN = { least: 30_000, most: 300_000 }; // milliseconds; the browser itself tries again sooner, where it can
const SPREAD = 4_000; // milliseconds, over which pages are drawn again that do not know what changed
const SAY_AFTER = 150; // milliseconds; a text that is set twice at once is read once

type News = { readonly seq: string; readonly about: readonly string[] };

/**
 * Hears that something changed, and brings the marked parts of the page to what the server draws then. All tabs share one
 * connection: that of whoever holds the lock, who tells the others.
 */
export class PorticoLive extends HTMLElement {
  #regions: LiveRegions | undefined;
  #source: EventSource | undefined;
  #tabs: BroadcastChannel | undefined;
  #leading: AbortController | undefined;
  #letGo: (() => void) | undefined;
  #seq: string | undefined;
  #timer = 0;
  #failures = 0;
  #isDue = false;
  #isDrawing = false;
  #isOver = false;

  connectedCallback(): void {
    this.#regions = new LiveRegions({
      isNew: this.dataset['new'] ?? '',
      hasChanged: this.dataset['updated'] ?? '',
    });
    if (!this.#regions.some) return;
    addEventListener('pagehide', () => this.#close());
    addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return;
      this.#open();
      this.#changed(true);
    });
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.#isDue) void this.#draw();
    });
    this.#open();
  }

  #open(): void {
    if (this.#isOver) return;
    this.#close();
    if (!('locks' in navigator) || !('BroadcastChannel' in window)) {
      this.#connect();
      return;
    }
    this.#tabs = new BroadcastChannel(ONE);
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isNews(data)) this.#hear(data);
      else if (data === 'over') this.#end();
    });
    this.#leading = new AbortController();
    const { signal } = this.#leading;
    navigator.locks
      .request(ONE, { signal }, async () => {
        if (signal.aborted) return;
        this.#connect();
        await new Promise<void>((resolve) => {
          this.#letGo = resolve;
        });
      })
      .catch(() => {});
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#leading?.abort();
    this.#letGo?.();
    this.#letGo = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.#tabs?.close();
    this.#tabs = undefined;
  }

  /** The session is over, or another one's. */
  #end(): void {
    this.#isOver = true;
    this.#close();
  }

  #connect(): void {
    const from = this.#seq === undefined ? { drawn: this.getAttribute('drawn') ?? '' } : { after: this.#seq };
    const source = new EventSource(`${this.getAttribute('src') ?? ''}?${new URLSearchParams(from)}`);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#failures = 0;
    });
    source.addEventListener('changed', ({ data, lastEventId }: MessageEvent<unknown>) => {
      const news = { ...readNews(data), seq: lastEventId };
      this.#tabs?.postMessage(news);
      this.#hear(news);
    });
    source.addEventListener('over', () => {
      this.#tabs?.postMessage('over');
      this.#end();
    });
    source.addEventListener('error', () => {
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
      const wait = Math.min(AGAIN.least * 2 ** this.#failures++, AGAIN.most);
      this.#timer = setTimeout(() => this.#open(), wait / 2 + upTo(wait));
      // Another tab may be let in where this one is not, such as one that was opened after signing in again.
      this.#source = undefined;
      this.#letGo?.();
      this.#letGo = undefined;
    });
  }

  #hear({ seq, about }: News): void {
    if (/^\d+$/.test(seq)) this.#seq = seq;
    this.#changed(about.length > 0);
  }

  #changed(isSure: boolean): void {
    this.#isDue = true;
    if (document.hidden) return;
    if (isSure) void this.#draw();
    else setTimeout(() => void this.#draw(), upTo(SPREAD));
  }

  /** Asks for the page as the server draws it now. A document that is asked for so runs nothing. */
  async #draw(): Promise<void> {
    if (this.#isDrawing || !this.#isDue || this.#isOver) return;
    this.#isDrawing = true;
    while (this.#isDue) {
      this.#isDue = false;
      const answer = await askFor(location.pathname + location.search);
      if (answer === 'gone') {
        // The server says why, and what was typed is kept where that is so.
        location.reload();
        return;
      }
      if (answer === 'failed') {
        setTimeout(() => this.#changed(true), AGAIN.least / 2 + upTo(AGAIN.least));
        break;
      }
      const session = answer?.querySelector('portico-live')?.getAttribute('session');
      // Somebody else may have signed in here since: this page is not theirs.
      if (
        answer !== null &&
        session === this.getAttribute('session') &&
        this.#regions?.update(answer) === true
      )
        this.#say();
    }
    this.#isDrawing = false;
  }

  #say(): void {
    const status = this.querySelector('[aria-live]');
    if (status === null) return;
    status.textContent = '';
    setTimeout(() => {
      status.textContent = this.dataset['changed'] ?? '';
    }, SAY_AFTER);
  }
}

/** @returns `gone` where there is no such page any more, `failed` where it may be there later, and null where it is another */
function askFor(path: string): Promise<Document | 'failed' | 'gone' | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('GET', path);
    request.responseType = 'document';
    request.setRequestHeader('portico-by-itself', '1');
    request.addEventListener('loadend', () => {
      const { status, response } = request;
      if (status === 0 || status === 429 || status >= 500) resolve('failed');
      else if (status === 404 || status === 410) resolve('gone');
      else resolve(status === 200 && response instanceof Document ? response : null);
    });
    request.send();
  });
}

function readNews(data: unknown): { readonly about: readonly string[] } {
  const news: unknown = typeof data === 'string' ? JSON.parse(data) : null;
  return { about: isAbout(news) ? news.about : [] };
}

const isAbout = (data: unknown): data is { readonly about: readonly string[] } =>
  typeof data === 'object' && data !== null && 'about' in data && Array.isArray(data.about);

const isNews = (data: unknown): data is News =>
  isAbout(data) && 'seq' in data && typeof data.seq === 'string';

const upTo = (milliseconds: number): number =>
  ((crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32) * milliseconds;
