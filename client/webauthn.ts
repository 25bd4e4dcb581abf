import {
  type AuthenticationResponseJSON,
  browserSupportsWebAuthnAutofill,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnAbortService,
} from '@simplewebauthn/browser';

// What talks to authenticators, loaded when it is needed.

export { browserSupportsWebAuthnAutofill as canOffer, startAuthentication, startRegistration };

/** Lets the browser offer passkeys in a field; `renew` when nobody took one in time. */
export async function offer(
  optionsJSON: PublicKeyCredentialRequestOptionsJSON,
  milliseconds: number,
): Promise<AuthenticationResponseJSON | 'renew'> {
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    WebAuthnAbortService.cancelCeremony();
  }, milliseconds);
  try {
    return await startAuthentication({ optionsJSON, useBrowserAutofill: true });
  } catch (error) {
    if (late) return 'renew';
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
