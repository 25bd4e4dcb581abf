import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { secret } from '../../../platform/http/index.ts';

/** Longest answer of a browser that is looked at; real ones have about 1,000 characters. */
const LONGEST_ANSWER = 16_000;

/** The field of a form in which the answer of a passkey stands. */
export const passkeyAnswer = secret({ missing: 'passkeys.missing', most: LONGEST_ANSWER });

/** The same where a passkey was to be made. */
export const passkeyMade = secret({ missing: 'passkeys.add-missing', most: LONGEST_ANSWER });

/** WebAuthn Level 3 §7.1: 1,023 bytes. */
const LONGEST_CREDENTIAL_ID = 1364;

const base64url = z.string().regex(/^[\w-]+$/);
const credentialId = base64url.max(LONGEST_CREDENTIAL_ID);

/** What the browser says that was signed, as far as it matters before the signature is checked. */
const ClientData = z.object({
  challenge: base64url,
  // Nobody may show our pages in a frame, so an answer from within one is not for us.
  crossOrigin: z.literal(false).optional(),
});
const Common = { id: credentialId, rawId: credentialId, type: z.literal('public-key') };
const Assertion = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
});
const Attestation = z.object({
  ...Common,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(10).optional().catch(undefined),
  }),
});

export type Assertion = {
  readonly json: AuthenticationResponseJSON;
  readonly credentialId: Buffer;
  readonly challenge: string;
  readonly userHandle: Buffer | null;
};

export type Attestation = {
  readonly json: RegistrationResponseJSON;
  readonly challenge: string;
  readonly transports: readonly string[];
};

/** What an authenticator answers to show that it has its key; null where a text is no such answer. */
export function readAssertion(text: string): Assertion | null {
  const parsed = Assertion.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { id, rawId, type, response } = parsed.data;
  const { userHandle, ...signed } = response;
  const clientData = readClientData(signed.clientDataJSON);
  if (clientData === null) return null;
  return {
    json: { id, rawId, type, response: signed, clientExtensionResults: {} },
    credentialId: Buffer.from(id, 'base64url'),
    challenge: clientData.challenge,
    userHandle: userHandle == null ? null : Buffer.from(userHandle, 'base64url'),
  };
}

/** What an authenticator answers when it has made a key; null where a text is no such answer. */
export function readAttestation(text: string): Attestation | null {
  const parsed = Attestation.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { id, rawId, type, response } = parsed.data;
  const { transports = [], ...made } = response;
  const clientData = readClientData(made.clientDataJSON);
  if (clientData === null) return null;
  return {
    json: { id, rawId, type, response: made, clientExtensionResults: {} },
    challenge: clientData.challenge,
    transports,
  };
}

function readClientData(encoded: string): z.infer<typeof ClientData> | null {
  const parsed = ClientData.safeParse(parseJson(Buffer.from(encoded, 'base64url').toString()));
  return parsed.success ? parsed.data : null;
}

function parseJson(text: string): unknown {
  try {
    return text.length > LONGEST_ANSWER ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
