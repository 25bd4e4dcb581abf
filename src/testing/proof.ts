import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';

/** What a browser sends when it has solved a challenge, by ALTCHA's own solver. */
export async function solve(challenge: string): Promise<string> {
  const read: Challenge = JSON.parse(challenge);
  const solution = await solveChallenge({ challenge: read, deriveKey });
  if (solution === null) throw new Error('no solution was found');
  return asPayload({ challenge: read, solution });
}

export const asPayload = (payload: unknown) => Buffer.from(JSON.stringify(payload)).toString('base64');
