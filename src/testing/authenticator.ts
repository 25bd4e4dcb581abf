import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign as signBytes } from 'node:crypto';
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';

export type Algorithm = 'ES256' | 'EdDSA' | 'RS256';

/** What a browser and an authenticator do otherwise than they should. */
export type Twist = {
  /** The page that asks. */
  readonly origin?: string;
  /** The site that the authenticator believes to answer. */
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly verified?: boolean;
  readonly present?: boolean;
  readonly counter?: number;
  /** Whether the passkey may be, and is, kept on several devices. */
  readonly synced?: boolean;
  /** Base64url; null for none. */
  readonly userHandle?: string | null;
  readonly credentialId?: string;
};

/** A passkey in an authenticator made of software. */
export type SoftPasskey = {
  readonly id: string;
  readonly userHandle: string;
  readonly algorithm: Algorithm;
  readonly privateKey: KeyObject;
  counter: number;
};

export type Authenticator = {
  /** Makes a passkey. @returns what the browser sends, as JSON */
  create(
    options: PublicKeyCredentialCreationOptionsJSON,
    twist?: Twist,
  ): { readonly answer: string; readonly passkey: SoftPasskey };
  /** Answers with a passkey. @returns what the browser sends, as JSON */
  get(options: PublicKeyCredentialRequestOptionsJSON, passkey: SoftPasskey, twist?: Twist): string;
};

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const BACKUP_ELIGIBLE = 0x08;
const BACKED_UP = 0x10;
const ATTESTED = 0x40;
const AAGUID = Buffer.alloc(16);

/**
 * An authenticator that makes real keys and signatures (WebAuthn Level 3 §6), and the browser before it.
 * @param counts whether it counts its signatures, as those do whose keys cannot be copied
 */
export function softAuthenticator({
  origin,
  algorithm = 'ES256',
  counts = false,
  aaguid = AAGUID,
}: {
  origin: string;
  algorithm?: Algorithm;
  counts?: boolean;
  aaguid?: Buffer;
}): Authenticator {
  const clientDataOf = (type: string, challenge: string, twist: Twist) =>
    Buffer.from(
      JSON.stringify({
        type: twist.type ?? type,
        challenge: twist.challenge ?? challenge,
        origin: twist.origin ?? origin,
        crossOrigin: twist.crossOrigin ?? false,
      }),
    );
  const authenticatorData = (rpId: string, counter: number, twist: Twist, attested = Buffer.alloc(0)) => {
    const flags =
      (twist.present === false ? 0 : USER_PRESENT) |
      (twist.verified === false ? 0 : USER_VERIFIED) |
      (twist.synced === true ? BACKUP_ELIGIBLE | BACKED_UP : 0) |
      (attested.length === 0 ? 0 : ATTESTED);
    const tail = Buffer.alloc(5);
    tail.writeUInt8(flags);
    tail.writeUInt32BE(twist.counter ?? counter, 1);
    return Buffer.concat([sha256(Buffer.from(twist.rpId ?? rpId)), tail, attested]);
  };

  return {
    create: ({ challenge, rp, user }, twist = {}) => {
      const credentialId =
        twist.credentialId === undefined ? randomBytes(32) : Buffer.from(twist.credentialId, 'base64url');
      const { publicKey, privateKey } = newKey(algorithm);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(credentialId.length);
      const attested = Buffer.concat([aaguid, length, credentialId, coseKey(algorithm, publicKey)]);
      const counter = counts ? 1 : 0;
      const authData = new Uint8Array(authenticatorData(rp.id ?? '', counter, twist, attested));
      const attestationObject = isoCBOR.encode(
        new Map<string, string | Map<string, never> | Uint8Array>([
          ['fmt', 'none'],
          ['attStmt', new Map<string, never>()],
          ['authData', authData],
        ]),
      );
      const id = credentialId.toString('base64url');
      const answer = JSON.stringify({
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientDataOf('webauthn.create', challenge, twist).toString('base64url'),
          attestationObject: Buffer.from(attestationObject).toString('base64url'),
          transports: ['internal', 'hybrid'],
        },
        clientExtensionResults: {},
      });
      return { answer, passkey: { id, userHandle: user.id, algorithm, privateKey, counter } };
    },

    get: ({ challenge, rpId = '' }, passkey, twist = {}) => {
      if (counts) passkey.counter += 1;
      const clientData = clientDataOf('webauthn.get', challenge, twist);
      const data = authenticatorData(rpId, passkey.counter, twist);
      const signed = Buffer.concat([data, sha256(clientData)]);
      const hash = passkey.algorithm === 'EdDSA' ? null : 'sha256';
      const id = twist.credentialId ?? passkey.id;
      const userHandle = twist.userHandle === undefined ? passkey.userHandle : twist.userHandle;
      return JSON.stringify({
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: clientData.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: signBytes(hash, signed, passkey.privateKey).toString('base64url'),
          ...(userHandle === null ? {} : { userHandle }),
        },
        clientExtensionResults: {},
      });
    },
  };
}

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

function newKey(algorithm: Algorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  switch (algorithm) {
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' });
    case 'EdDSA':
      return generateKeyPairSync('ed25519');
    case 'RS256':
      return generateKeyPairSync('rsa', { modulusLength: 2048 });
  }
}

/** A public key as authenticators write it (RFC 9053 §7, RFC 8230 §4). */
function coseKey(algorithm: Algorithm, key: KeyObject): Uint8Array {
  const { x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' });
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));
  const entries: Record<Algorithm, ReadonlyArray<readonly [number, number | Uint8Array]>> = {
    ES256: [
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, bytes(x)],
      [-3, bytes(y)],
    ],
    EdDSA: [
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, bytes(x)],
    ],
    RS256: [
      [1, 3],
      [3, -257],
      [-1, bytes(n)],
      [-2, bytes(e)],
    ],
  };
  return isoCBOR.encode(new Map(entries[algorithm]));
}
