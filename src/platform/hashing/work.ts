/**
 * OWASP's Argon2id parameters for password storage (ASVS 11.4.2): 19 MiB, 2 passes, 1 lane. A hash says what it was made
 * with; a salt says it by a number, which never comes to mean another one here. The last one is what is made now.
 */
export const COSTS: ReadonlyMap<number, Cost> = new Map([
  [1, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }],
]);

export type Cost = { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: number };

/** What a lane is asked to do, with a secret input. */
export type Work = { readonly secret: string; readonly pepper: Uint8Array } & (
  | { readonly is: 'hash'; readonly cost: Cost }
  | { readonly is: 'verify'; readonly hash: string }
  | { readonly is: 'digest'; readonly cost: Cost; readonly salt: Uint8Array }
);

/** What a lane answers: the PHC string, whether the secret was right, or the bare digest. */
export type Done =
  | { readonly is: 'hash'; readonly hash: string }
  | { readonly is: 'verify'; readonly right: boolean }
  | { readonly is: 'digest'; readonly digest: Uint8Array };
