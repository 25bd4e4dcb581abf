/** What was typed into the page's own form, as the entry of the tab's history keeps it. */
type Kept = { readonly owner: string; readonly action: string; readonly answers: readonly Answer[] };
type Answer = { readonly name: string; readonly value: string; readonly isChecked: boolean };
type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const PAUSE = 100; // milliseconds; browsers let an entry be written so often only

/**
 * Keeps what is typed in the entry of this tab's history, so that Back shows it: pages are never stored, so a browser asks
 * for them again, and empty. It goes with the tab, is shown to nobody but the session that typed it, or without one to nobody after the next sign-out,
 * and has no secret. A
 * page that answers a form takes the address of its form, so that Back and reload ask for it instead of sending it again.
 */
export function keepTyped(): void {
  const form = document.querySelector<HTMLFormElement>('form[data-keep]');
  const entry: unknown = history.state;
  if (form === null) {
    if (entry !== null) history.replaceState(null, '');
    return;
  }
  // A stranger's page has no owner; whoever comes after a sign-out is another visit.
  const owner = hiddenOf(form, '_owner') || (form.dataset['keep'] ?? '');
  const action = new URL(form.action).pathname;
  const page = new URL(hiddenOf(form, '_page'), location.origin);
  const isHere = page.pathname === location.pathname && page.search === location.search;
  const address = page.origin === location.origin && !isHere ? page.pathname + page.search : location.href;
  if (isKept(entry)) {
    // What another typed goes also where the browser itself fills it in, which it does after this.
    if (entry.owner !== owner) addEventListener('pageshow', () => form.reset(), { once: true });
    else if (entry.action === action) refill(form, entry.answers);
  }
  const write = () => {
    clearTimeout(timer);
    const kept: Kept = { owner, action, answers: answersOf(form) };
    history.replaceState(kept, '', address);
  };
  let timer = setTimeout(write);
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(write, PAUSE);
  };
  // Not when the page is left: that would call off the very way back that is being gone.
  form.addEventListener('input', soon);
  form.addEventListener('change', soon);
}

const hiddenOf = (form: HTMLFormElement, name: string): string =>
  form.querySelector<HTMLInputElement>(`input[type=hidden][name=${name}]`)?.value ?? '';

function controlsOf(form: HTMLFormElement): readonly Control[] {
  return [...form.elements].filter(
    (control): control is Control =>
      control instanceof HTMLSelectElement ||
      control instanceof HTMLTextAreaElement ||
      (control instanceof HTMLInputElement &&
        !/^(hidden|password|file)$/.test(control.type) &&
        !isSecret(control)),
  );
}

/** A shown password is a text field: what may fill it in still tells. */
export const isSecret = ({ autocomplete, dataset }: HTMLInputElement): boolean =>
  'secret' in dataset || /password|one-time-code/.test(autocomplete);

const isChoice = (control: Control): control is HTMLInputElement =>
  control instanceof HTMLInputElement && /^(checkbox|radio)$/.test(control.type);

const answersOf = (form: HTMLFormElement): readonly Answer[] =>
  controlsOf(form).map((control) => ({
    name: control.name,
    value: control.value,
    isChecked: isChoice(control) && control.checked,
  }));

function refill(form: HTMLFormElement, answers: readonly Answer[]): void {
  const controls = controlsOf(form);
  const isSame =
    controls.length === answers.length && controls.every(({ name }, at) => name === answers[at]?.name);
  if (!isSame) return;
  for (const [at, control] of controls.entries()) {
    const answer = answers[at];
    if (answer === undefined) continue;
    if (isChoice(control)) control.checked = control.value === answer.value && answer.isChecked;
    else control.value = answer.value;
  }
}

function isKept(entry: unknown): entry is Kept {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'owner' in entry &&
    'action' in entry &&
    'answers' in entry &&
    Array.isArray(entry.answers) &&
    entry.answers.every(
      (answer: unknown) =>
        typeof answer === 'object' &&
        answer !== null &&
        'name' in answer &&
        'value' in answer &&
        typeof answer.value === 'string',
    )
  );
}
