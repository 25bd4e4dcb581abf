import { randomBytes } from 'node:crypto';
import { type Clock, MINUTE } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { Policy } from '../../core/policy/index.ts';

const NONCE = 16;
const TIME = 8;

/** What a challenge is good for, and whom it was given to: the browser, the attempt or the session that asked. */
export type Purpose = {
  readonly for: 'sign-in' | 'second-step' | 'enrolment';
  readonly of: string;
};

/** What an authenticator signs. Nothing of it is stored; using one up is up to the row of the passkey. */
export type Challenges = {
  issue(purpose: Purpose): Uint8Array<ArrayBuffer>;
  /** When a challenge was given out; null when it was not, or for something else, or too long ago. */
  issuedAt(challenge: string, purpose: Purpose): Date | null;
  readonly milliseconds: number;
};

/** Challenges of 128 random bits (WebAuthn Level 3 §13.4.3), dated, and signed together with their purpose. */
export function makeChallenges({
  vault,
  clock,
  policy,
}: {
  vault: Pick<Vault, 'blindIndex' | 'isBlindIndex'>;
  clock: Clock;
  policy: Policy['passkeys'];
}): Challenges {
  const milliseconds = policy.minutes * MINUTE;
  const signed = (body: Buffer, purpose: Purpose) =>
    ['passkey-challenge', [purpose.for, purpose.of, body.toString('base64url')].join('\0')] as const;
  return {
    milliseconds,
    issue: (purpose) => {
      const time = Buffer.alloc(TIME);
      time.writeBigUInt64BE(BigInt(clock.now().getTime()));
      const body = Buffer.concat([randomBytes(NONCE), time]);
      return new Uint8Array(Buffer.concat([body, vault.blindIndex(...signed(body, purpose))]));
    },
    issuedAt: (challenge, purpose) => {
      const bytes = Buffer.from(challenge, 'base64url');
      const body = bytes.subarray(0, NONCE + TIME);
      if (!vault.isBlindIndex(bytes.subarray(NONCE + TIME), ...signed(body, purpose))) return null;
      const issued = Number(body.readBigUInt64BE(NONCE));
      return clock.now().getTime() - issued < milliseconds ? new Date(issued) : null;
    },
  };
}
