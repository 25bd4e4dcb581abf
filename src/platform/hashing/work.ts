/** OWASP's Argon2id parameters for password storage (ASVS 11.4.2): 19 MiB, 2 passes, 1 lane. */
export const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** What a lane is asked to do. */
export type Work =
  | { readonly is: 'hash'; readonly secret: string }
  | { readonly is: 'verify'; readonly secret: string; readonly hash: string }
  | { readonly is: 'digest'; readonly secret: string; readonly salt: Uint8Array };

/** What a lane answers: the PHC string, whether the secret was right, or the bare digest. */
export type Done =
  | { readonly is: 'hash'; readonly hash: string }
  | { readonly is: 'verify'; readonly right: boolean }
  | { readonly is: 'digest'; readonly digest: Uint8Array };
