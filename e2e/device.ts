import type { CDPSession } from '@playwright/test';
import type { Visitor } from './visitor.ts';

/** A device that keeps passkeys and always finds that it is its owner who holds it. */
type Device = { readonly devtools: CDPSession; readonly id: string };

/** @param offers whether the browser offers passkeys on its own, which this device takes at once */
export async function withDevice(visitor: Visitor, { offers = false } = {}): Promise<Device> {
  if (!offers)
    await visitor.page.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = async () => false;
    });
  const devtools = await visitor.page.context().newCDPSession(visitor.page);
  await devtools.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId: id } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { devtools, id };
}
