import { keptFields } from './kept-fields.ts';

const MARKS = [120, 60, 20]; // seconds before the end at which the person is told

type Ends = { readonly idleEndsAt: string; readonly endsAt: string };

/** Asks before the session ends whether to go on, and when it ends keeps what was typed. All tabs agree. */
export class PorticoSession extends HTMLElement {
  #serverIsAhead = 0;
  #idleEndsAt = 0;
  #endsAt = 0;
  #timer = 0;
  #over = false;
  #tabs: BroadcastChannel | undefined;

  connectedCallback(): void {
    this.#serverIsAhead = Date.parse(this.#get('now')) - Date.now();
    this.#tabs = new BroadcastChannel('portico-session');
    this.#tabs.addEventListener('message', ({ data }: MessageEvent<unknown>) => this.#learn(data));
    this.#learn({ idleEndsAt: this.#get('idle-ends-at'), endsAt: this.#get('ends-at') }, true);
    // A timer sleeps with the computer; what it missed is made good when the page is seen again.
    document.addEventListener('visibilitychange', () => this.#check());
    addEventListener('pageshow', ({ persisted }) => {
      // Kept in memory with all that it shows, and its session may be over, or another's.
      if (persisted) location.reload();
      else this.#check();
    });
    this.querySelector('[data-stay]')?.addEventListener('click', () => void this.#stay());
    this.#dialog?.addEventListener('cancel', () => {
      if (!this.#isLast) void this.#stay();
    });
  }

  disconnectedCallback(): void {
    clearTimeout(this.#timer);
    this.#tabs?.close();
  }

  get #dialog(): HTMLDialogElement | null {
    return this.querySelector('dialog');
  }

  /** Whether the end that comes cannot be put off. */
  get #isLast(): boolean {
    return this.#endsAt <= this.#idleEndsAt;
  }

  #get(name: string): string {
    return this.getAttribute(name) ?? '';
  }

  /** Takes over a later end, whoever brings it. */
  #learn(ends: unknown, tell = false): void {
    if (!isEnds(ends)) return;
    this.#idleEndsAt = Math.max(this.#idleEndsAt, Date.parse(ends.idleEndsAt));
    this.#endsAt = Math.max(this.#endsAt, Date.parse(ends.endsAt));
    if (tell) this.#tabs?.postMessage(ends);
    this.#check();
  }

  #check(): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    const left = Math.min(this.#idleEndsAt, this.#endsAt) - (Date.now() + this.#serverIsAhead);
    if (left <= 0) {
      this.#timeOut();
      return;
    }
    const next = MARKS.find((mark) => mark * 1000 < left) ?? 0;
    this.#timer = setTimeout(() => this.#check(), left - next * 1000);
    const mark = MARKS.findLast((each) => each * 1000 >= left);
    if (mark === undefined) this.#dialog?.close();
    else this.#ask(mark);
  }

  #ask(mark: number): void {
    const last = this.#isLast;
    for (const text of this.querySelectorAll<HTMLElement>('[data-left]')) {
      text.hidden = text.dataset['left'] !== String(mark);
    }
    for (const part of this.querySelectorAll<HTMLElement>('[data-when]')) {
      part.hidden = part.dataset['when'] !== (last ? 'last' : 'idle');
    }
    if (this.#dialog?.open === false) this.#dialog.showModal();
  }

  async #stay(): Promise<void> {
    const failed = this.querySelector<HTMLElement>('[data-failed]');
    if (failed !== null) failed.hidden = true;
    try {
      const body = new URLSearchParams({ _csrf: this.#get('csrf') });
      const response = await fetch(this.#get('extend-url'), { method: 'POST', body });
      if (response.status === 401) this.#timeOut();
      else if (response.ok) this.#learn(await response.json(), true);
      else throw new Error(response.statusText);
    } catch {
      if (failed !== null) failed.hidden = false;
    }
  }

  #timeOut(): void {
    this.#over = true;
    const form = document.createElement('form');
    form.method = 'post';
    form.action = this.#get('time-out-url');
    const fields = {
      _csrf: this.#get('csrf'),
      _owner: this.#get('owner'),
      path: this.#get('path'),
      kept: keptFields(),
    };
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement('input');
      input.type = 'hidden';
      input.name = name;
      input.value = value;
      form.append(input);
    }
    this.append(form);
    form.submit();
  }
}

function isEnds(ends: unknown): ends is Ends {
  return (
    typeof ends === 'object' &&
    ends !== null &&
    'idleEndsAt' in ends &&
    'endsAt' in ends &&
    [ends.idleEndsAt, ends.endsAt].every((at) => typeof at === 'string' && Number.isFinite(Date.parse(at)))
  );
}
