const PAUSE = 400; // milliseconds without a key before the strength is asked

/** Shows and hides a password, and says how strong a new one is while it is typed. */
export class PorticoPassword extends HTMLElement {
  connectedCallback(): void {
    const input = this.querySelector('input');
    if (input === null || this.querySelector('button') !== null) return;
    this.#addToggle(input);
    const url = this.dataset['checkUrl'];
    if (url !== undefined) this.#addStrength(input, url);
  }

  #addToggle(input: HTMLInputElement): void {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'portico-password__toggle';
    button.setAttribute('aria-controls', input.id);
    const said = addStatus(this, 'usa-sr-only');
    const show = (shown: boolean): void => {
      input.type = shown ? 'text' : 'password';
      button.textContent = this.dataset[shown ? 'hide' : 'show'] ?? '';
      button.setAttribute('aria-label', this.dataset[shown ? 'hideLabel' : 'showLabel'] ?? '');
    };
    show(false);
    button.addEventListener('click', () => {
      const shown = input.type === 'password';
      show(shown);
      said.textContent = this.dataset[shown ? 'shown' : 'hidden'] ?? '';
    });
    // A browser remembers what was in a text field: it must be a password again when it is sent.
    input.form?.addEventListener('submit', () => show(false));
    input.after(button);
  }

  #addStrength(input: HTMLInputElement, url: string): void {
    const meter = document.createElement('span');
    meter.className = 'portico-strength';
    meter.hidden = true;
    const text = addStatus(this, 'portico-strength__text');
    text.before(meter);
    let timer = 0;
    let asked = new AbortController();
    const show = (score: number, words: string): void => {
      meter.hidden = words === '';
      meter.dataset['score'] = String(score);
      text.textContent = words;
    };
    const ask = async (): Promise<void> => {
      const csrf = new FormData(input.form ?? undefined).get('_csrf');
      const body = new URLSearchParams({ password: input.value, _csrf: String(csrf ?? '') });
      try {
        const response = await fetch(url, { method: 'POST', body, signal: asked.signal });
        const answer: unknown = response.ok ? await response.json() : undefined;
        if (isStrength(answer)) show(answer.score, answer.text);
        else show(0, '');
      } catch {
        // Either the person typed on, or nobody answers: the server judges when the form is sent.
      }
    };
    input.addEventListener('input', () => {
      clearTimeout(timer);
      asked.abort();
      asked = new AbortController();
      if (input.value === '') show(0, '');
      else timer = setTimeout(() => void ask(), PAUSE);
    });
  }
}

function addStatus(parent: HTMLElement, className: string): HTMLElement {
  const status = document.createElement('span');
  status.className = className;
  status.setAttribute('role', 'status');
  parent.append(status);
  return status;
}

function isStrength(answer: unknown): answer is { score: number; text: string } {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    'score' in answer &&
    typeof answer.score === 'number' &&
    'text' in answer &&
    typeof answer.text === 'string'
  );
}
