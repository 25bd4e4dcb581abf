import { z } from 'zod';
import type { Passkey } from './passkey.ts';

/** What a load process is to do. Seconds count after the warm-up. */
export type Plan =
  | { readonly is: 'hashes'; readonly seconds: number; readonly lanes: number; readonly warm?: number }
  /** Visitors who sign in one after the other, each as fast as the server lets them. */
  | (Visits & { readonly is: 'visitors'; readonly visitors: number; readonly step: 'password' | 'both' })
  /** The same with passkeys, each visitor with some of their own, since one answers once a millisecond. */
  | {
      readonly is: 'passkeys';
      readonly port: number;
      readonly visitors: number;
      readonly passkeys: readonly Passkey[];
      readonly device: string;
      readonly seconds: number;
      readonly warm?: number;
    }
  /** Addresses that guess at one account, each one guess after the other. */
  | {
      readonly is: 'guesses';
      readonly port: number;
      readonly addresses: number;
      /** What each of them waits after an answer, in milliseconds. */
      readonly pause: number;
      readonly identifier: string;
      readonly seconds: number;
      readonly warm?: number;
    }
  /** People who arrive to sign in whether or not the server keeps up. */
  | (Visits & { readonly is: 'arriving-visitors'; readonly perSecond: number; readonly most: number })
  /** Connections that ask one after the other, each as fast as the server lets them. */
  | (Asking & { readonly is: 'requests'; readonly connections: number })
  /** Requests that are due at a fixed rate; a late answer counts from when its request was due. */
  | (Asking & { readonly is: 'arriving-requests'; readonly perSecond: number; readonly most: number });

/** Which accounts, and which of them first: the code of an authenticator app is right once. */
export type Accounts = {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  /** The token of the device that each of them knows, as it knows that of somebody who comes back. */
  readonly device: string;
};

type Visits = {
  readonly port: number;
  /** The accounts to sign in to, in turn. */
  readonly accounts: Accounts;
  readonly seconds: number;
  readonly warm?: number;
  /** Ends earlier once so many are signed in. */
  readonly count?: number;
};

type Asking = {
  readonly port: number;
  /** Sent in turn, as they go over the wire. */
  readonly requests: readonly string[];
  readonly seconds: number;
  readonly warm?: number;
};

export const Report = z.object({
  /** Things done within the time: hashes, sign-ins or answers of the wanted kind. */
  done: z.number(),
  seconds: z.number(),
  /** Processor time of the load itself, the warm-up included. */
  cpuSeconds: z.number(),
  /** How long each of them took. */
  milliseconds: z.array(z.number()),
  /** Last status of each try, and how often; `broken` for a connection that failed. */
  statuses: z.record(z.string(), z.number()),
});
export type Report = z.infer<typeof Report>;

export const perSecond = ({ done, seconds }: Report): number => done / seconds;

/** How many tries ended other than they should. */
export function failures({ statuses }: Report, wanted: readonly string[]): number {
  return Object.entries(statuses).reduce(
    (sum, [status, times]) => (wanted.includes(status) ? sum : sum + times),
    0,
  );
}
