import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { type SoftPasskey, softAuthenticator } from '../../src/testing/authenticator.ts';
import { SITE } from './portico.ts';

/** A passkey as it is handed to another process. */
export type Passkey = { readonly id: string; readonly userHandle: string; readonly key: JsonWebKey };

export function stored({ id, userHandle, privateKey }: SoftPasskey): Passkey {
  return { id, userHandle, key: privateKey.export({ format: 'jwk' }) };
}

export function opened({ id, userHandle, key }: Passkey): SoftPasskey {
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  return { id, userHandle, algorithm: 'ES256', privateKey, counter: 0 };
}

export const authenticator = softAuthenticator({ origin: SITE });

/** Milliseconds that the load takes to sign one answer. */
export function signingEach(passkey: Passkey): number {
  const [own, times] = [opened(passkey), 500];
  const sign = () => authenticator.get({ challenge: 'A'.repeat(75), rpId: new URL(SITE).hostname }, own);
  for (let warm = 0; warm < 100; warm++) sign();
  const began = performance.now();
  for (let n = 0; n < times; n++) sign();
  return (performance.now() - began) / times;
}
