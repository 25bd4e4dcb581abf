import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { z } from 'zod';
import { root } from './built.ts';

const demo = (file: string): unknown =>
  JSON.parse(readFileSync(join(root, 'agencies/arcadia/demo', file), 'utf8'));

const { people } = z
  .object({
    people: z.array(
      z.object({
        username: z.string(),
        email: z.string(),
        password: z.string(),
        fullName: z.string(),
        totpSecret: z.string(),
        receipts: z.array(z.string()),
      }),
    ),
  })
  .parse(demo('people.json'));

const { notices } = z
  .object({
    notices: z.array(
      z.object({
        fullName: z.string(),
        born: z.string(),
        birthCountry: z.string(),
        receipt: z.string(),
        accessCode: z.string(),
        alsoAppears: z.array(z.string()),
      }),
    ),
  })
  .parse(demo('notices.json'));

/** Somebody with an account in the demonstration. */
export type Resident = (typeof people)[number];
/** Somebody with a paper notice and no account. */
export type Newcomer = (typeof notices)[number];

const named = <Person>(found: Person | undefined): Person => {
  if (found === undefined) throw new Error('the demonstration has nobody of that name');
  return found;
};

export const amina: Resident = named(people.find(({ username }) => username === 'amina'));
export const mateo: Resident = named(people.find(({ username }) => username === 'mateo'));
export const newcomers: readonly Newcomer[] = notices;
/** The newcomer whose second case comes along with the first. */
export const withTwoCases: Newcomer = named(notices.find(({ alsoAppears }) => alsoAppears.length > 0));

/** The code that an authenticator app shows for a key at a time. */
export function appCode(secret: string, at: Date): string {
  return new TOTP({ secret: Secret.fromBase32(secret.replaceAll(/\s/g, '')) }).generate({
    timestamp: at.getTime(),
  });
}
