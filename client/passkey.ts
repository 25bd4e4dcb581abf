import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';

/** Part of a challenge's life after which the browser is handed a new one, where it offers passkeys on its own. */
const RENEW_AT = 0.8;

/**
 * Asks an authenticator when its form is sent, and sends the form with the answer. With `autofill` the browser also offers
 * passkeys on its own in the field that is marked for it. Where passkeys are not known, says so or is not there.
 */
export class PorticoPasskey extends HTMLElement {
  #form: HTMLFormElement | null = null;
  #asking = false;

  connectedCallback(): void {
    this.#form = this.closest('form');
    if (!('PublicKeyCredential' in window)) {
      this.dataset['unknown'] = '';
      return;
    }
    this.#form?.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#ask();
    });
    if (this.hasAttribute('autofill')) void this.#offer();
  }

  async #ask(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    this.#say('');
    try {
      const { startAuthentication, startRegistration } = await import('./webauthn.ts');
      const optionsJSON = await this.#options();
      this.#send(
        this.getAttribute('ceremony') === 'create'
          ? await startRegistration({ optionsJSON })
          : await startAuthentication({ optionsJSON }),
      );
    } catch (error) {
      const known = error instanceof Error && error.name === 'InvalidStateError';
      this.#say(this.dataset[known ? 'known' : 'failed'] ?? '');
    } finally {
      this.#asking = false;
    }
  }

  /** Lets the browser offer passkeys until one is chosen, or the button is pressed instead. */
  async #offer(): Promise<void> {
    try {
      const { canOffer, offer } = await import('./webauthn.ts');
      if (!(await canOffer())) return;
      for (;;) {
        const options: PublicKeyCredentialRequestOptionsJSON = await this.#options();
        const answer = await offer(options, (options.timeout ?? 0) * RENEW_AT);
        if (answer === 'renew') continue;
        this.#send(answer);
        return;
      }
    } catch {
      // The browser gave up, or the button was pressed: it is still there.
    }
  }

  async #options(): Promise<PublicKeyCredentialRequestOptionsJSON & PublicKeyCredentialCreationOptionsJSON> {
    const given = this.getAttribute('options');
    if (given !== null) return JSON.parse(given);
    const csrf = new FormData(this.#form ?? undefined).get('_csrf');
    const body = new URLSearchParams({ _csrf: String(csrf ?? '') });
    const response = await fetch(this.getAttribute('options-url') ?? '', { method: 'POST', body });
    if (!response.ok) throw new Error(response.statusText);
    return response.json();
  }

  #send(answer: unknown): void {
    const field = this.querySelector<HTMLInputElement>('input[name=passkey]');
    if (field === null) return;
    field.value = JSON.stringify(answer);
    this.#form?.submit();
  }

  #say(text: string): void {
    const result = this.querySelector('[role=status]');
    if (result !== null) result.textContent = text;
  }
}
