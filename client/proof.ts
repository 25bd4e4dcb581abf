import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/web/pbkdf2';

const PATIENCE = 30_000; // milliseconds; whoever takes longer has waited instead
const SHOWN_EVERY = 10; // keys; to draw the progress of each would take longer than to derive it

type State = 'working' | 'done' | 'failed';

/**
 * Solves the form's proof of work by itself and says so. The form can be sent at once and goes when it is solved. The
 * browser derives keys off the main thread, so the page stays quick without a worker of its own.
 */
export class PorticoProof extends HTMLElement {
  #state: State = 'working';
  /** The button that was pressed before the work was done. */
  #pressed: HTMLElement | null = null;

  connectedCallback(): void {
    this.closest('form')?.addEventListener('submit', (event) => this.#hold(event));
    this.querySelector('button')?.addEventListener('click', () => void this.#work());
    void this.#work();
  }

  async #work(): Promise<void> {
    this.#show('working');
    const proof = await this.#solve().catch(() => null);
    const field = this.querySelector<HTMLInputElement>('[name=proof]');
    const pressed = this.#pressed;
    this.#pressed = null;
    if (proof === null || field === null) {
      this.#show('failed');
      return;
    }
    field.value = proof;
    this.#show('done');
    if (pressed !== null) this.closest('form')?.requestSubmit(pressed);
  }

  async #solve(): Promise<string | null> {
    const challenge: unknown = JSON.parse(this.getAttribute('challenge') ?? '');
    if (!isChallenge(challenge)) return null;
    const progress = this.querySelector('progress');
    let derived = 0;
    const solution = await solveChallenge({
      challenge,
      deriveKey: (...input) => {
        derived += 1;
        if (progress !== null && derived % SHOWN_EVERY === 0) progress.value = derived;
        return deriveKey(...input);
      },
      timeout: PATIENCE,
    });
    return solution === null ? null : btoa(JSON.stringify({ challenge, solution }));
  }

  #hold(event: SubmitEvent): void {
    if (this.#state !== 'working') return;
    event.preventDefault();
    this.#pressed = event.submitter;
    this.#say('held');
  }

  #show(state: State): void {
    this.#state = state;
    this.dataset['state'] = state;
    for (const part of this.querySelectorAll<HTMLElement>('button, [data-else]'))
      part.hidden = state !== 'failed';
    this.#say(state);
  }

  #say(what: State | 'held'): void {
    const status = this.querySelector('[role=status]');
    if (status !== null) status.textContent = this.dataset[what] ?? '';
  }
}

function isChallenge(value: unknown): value is Challenge {
  return typeof value === 'object' && value !== null && 'parameters' in value;
}

customElements.define('portico-proof', PorticoProof);
