import { type RawBuilder, sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { v7 as uuid } from 'uuid';
import type { Clock } from '../../../platform/clock/index.ts';
import { type DataKey, sealedColumns } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { digitCode } from '../../../platform/typed/index.ts';
import type { AccountId } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';

const STEP_SECONDS = 30;
const SECRET_BYTES = 20;
const DIGITS = 6;

/** A new key for an authenticator app: 160 bits in Base32 (NIST SP 800-63B-4 §3.1.4: at least 112). */
export function newAppSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/**
 * The `otpauth:` address that a QR code carries to the app. Neither issuer nor account may have a colon, also not an escaped one:
 * that parts the two (Google Authenticator's "Key Uri Format").
 */
export function appAddress(secret: string, issuer: string, label: string): string {
  return totp(secret, withoutColons(issuer), withoutColons(label)).toString();
}

const withoutColons = (text: string): string => text.replaceAll(/\s*:\s*/g, ' – ');

/** The key in groups of four, for typing. */
export function groupedSecret(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}

/**
 * The time step of which a code is right, or null.
 * @param code six digits, however they are typed
 * @param driftSteps how many steps before and after the present one count; with none a code lives for 30 seconds (ASVS 6.5.5)
 */
export function matchingStep(
  secret: string,
  code: string,
  now: Date,
  { driftSteps }: Pick<Policy['apps'], 'driftSteps'>,
): number | null {
  const token = digitCode(code, DIGITS);
  if (token === null) return null;
  const delta = totp(secret, '', '').validate({ token, timestamp: now.getTime(), window: driftSteps });
  return delta === null ? null : Math.floor(now.getTime() / 1000 / STEP_SECONDS) + delta;
}

/** The code that an app shows now. For the demonstration's own authenticator. */
export function currentCode(secret: string, now: Date): { code: string; secondsLeft: number } {
  return {
    code: totp(secret, '', '').generate({ timestamp: now.getTime() }),
    secondsLeft: STEP_SECONDS - (Math.floor(now.getTime() / 1000) % STEP_SECONDS),
  };
}

/** Binds an app to an account. */
export async function bindApp(
  database: Database,
  clock: Clock,
  {
    id = uuid(),
    accountId,
    key,
    secret,
    step,
  }: { id?: string; accountId: AccountId; key: DataKey; secret: string; step: number | null },
): Promise<void> {
  await database
    .insertInto('authenticator_app')
    .values({
      id,
      account_id: accountId,
      secret_sealed: key.seal(secret, place(id)),
      last_step: step,
      created_at: clock.now(),
      last_used_at: null,
    })
    .execute();
}

/** What is sealed of an app. */
export const APP_SEALED = sealedColumns(
  { table: 'authenticator_app', under: 'account' },
  'secret_sealed',
  'name_sealed',
);
export const namePlace = (row: string) => APP_SEALED.place('name_sealed', row);
/** What its owner calls an app. */
export const appName = (
  key: DataKey,
  row: { readonly id: string; readonly name_sealed: Buffer | null },
): string | null => (row.name_sealed === null ? null : key.unseal(row.name_sealed, namePlace(row.id)));

export function openAppSecret(key: DataKey, id: string, sealed: Buffer): string {
  return key.unseal(sealed, place(id));
}

/**
 * Takes a step, once: the second of two tries with one code finds it taken (NIST SP 800-63B-4 §3.1.4, ASVS 6.5.1). A part
 * of a larger statement, done only where a condition holds.
 */
export function takingStep(
  clock: Clock,
  id: string,
  step: number,
  when: RawBuilder<boolean>,
): RawBuilder<unknown> {
  return sql`update authenticator_app set last_step = ${step}, last_used_at = ${clock.now()}
    where id = ${id} and (last_step is null or last_step < ${step}) and ${when} returning id`;
}

const place = (row: string) => APP_SEALED.place('secret_sealed', row);

function totp(secret: string, issuer: string, label: string): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP_SECONDS,
    secret: Secret.fromBase32(secret),
  });
}
