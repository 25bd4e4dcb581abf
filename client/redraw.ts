/**
 * Draws the part of a form that depends on a choice as soon as the choice is made, in place of a button that draws the page.
 * The server draws it of what is typed, and so keeps that; where it cannot, the button still does.
 */
export class PorticoRedraw extends HTMLElement {
  #asked = 0;

  connectedCallback(): void {
    const button = this.querySelector('button');
    if (button === null) return;
    button.hidden = true;
    this.querySelector('select')?.addEventListener('change', () => void this.#redraw(button));
  }

  async #redraw(button: HTMLButtonElement): Promise<void> {
    const { form } = button;
    const id = this.getAttribute('region') ?? '';
    if (form === null) return;
    this.#asked += 1;
    const asked = this.#asked;
    const page = await draw(form, button);
    // Another choice was made meanwhile.
    if (asked !== this.#asked) return;
    const [drawn, shown] = [page?.getElementById(id), document.getElementById(id)];
    if (drawn === null || drawn === undefined || shown === null) button.hidden = false;
    else replace(shown, document.importNode(drawn, true));
  }
}

/** What was typed since the server was asked stays, and so does the focus. */
function replace(shown: HTMLElement, drawn: HTMLElement): void {
  const before = new Map(controlsIn(shown).map((control) => [control.name, control]));
  for (const control of controlsIn(drawn)) {
    const value = before.get(control.name)?.value ?? '';
    const isChoice = control instanceof HTMLSelectElement;
    if (!isChoice || [...control.options].some((option) => option.value === value)) control.value = value;
  }
  const focused = shown.contains(document.activeElement) ? document.activeElement?.id : undefined;
  shown.replaceWith(drawn);
  if (focused !== undefined) document.getElementById(focused)?.focus();
}

const controlsIn = (part: HTMLElement) => [
  ...part.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select'),
];

/** @returns null where the server answers with something else than the page */
function draw(form: HTMLFormElement, button: HTMLButtonElement): Promise<Document | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    request.responseType = 'document';
    request.addEventListener('loadend', () => {
      const { status, response } = request;
      resolve(status === 200 && response instanceof Document ? response : null);
    });
    const fields = [...new FormData(form, button)].filter(
      (field): field is [string, string] => typeof field[1] === 'string',
    );
    request.send(new URLSearchParams(fields));
  });
}
