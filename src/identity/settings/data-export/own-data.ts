import type { DataKey, Vault } from '../../../platform/crypto/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { type AccountId, readPerson, readProfile } from '../../core/accounts/index.ts';
import { readLeft } from '../../core/addresses/index.ts';
import type { Phones } from '../../core/phones/index.ts';
import type { AppSettings } from '../../credentials/authenticator-app/index.ts';
import type { Passkeys } from '../../credentials/passkeys/index.ts';
import { readKeptForms } from '../../session/sessions/index.ts';
import { readAdditions } from '../emails/index.ts';

/** What other rooms read of a person. */
export type Kept = {
  readonly phones: Pick<Phones, 'list'>;
  readonly apps: Pick<AppSettings, 'list'>;
  readonly passkeys: Pick<Passkeys, 'list'>;
};

/**
 * All that this floor keeps about a person, but for secrets by which somebody could sign in: those are the person's own
 * already, and a copy would only be one more place from which to steal them.
 */
export async function ownData(
  database: Database,
  { vault, key, phones, apps, passkeys }: { vault: Vault; key: DataKey } & Kept,
  accountId: AccountId,
) {
  const { nameInUse, username, emails, createdAt } = await readProfile(database, key, accountId);
  const { language } = await database
    .selectFrom('account')
    .select('language')
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  const password = await database
    .selectFrom('password')
    .select('changed_at')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  const questions = await database
    .selectFrom('security_question')
    .select(['questions', 'set_at'])
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  const owner = { accountId, key };
  const devices = await database
    .selectFrom('known_device')
    .select(['browser', 'system', 'created_at', 'last_used_at', 'remembered_until'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute();
  const sessions = await database
    .selectFrom('session')
    .select(['created_at', 'last_seen_at', 'ended_at'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute();
  const events = await database
    .selectFrom('security_event')
    .select(['at', 'kind', 'detail'])
    .where('account_id', '=', accountId)
    .orderBy('seq')
    .execute();
  const waysBack = await database
    .selectFrom('recovery')
    .select(['created_at', 'lost', 'evidence', 'hold_ends_at', 'expires_at', 'ended_at', 'ended_how'])
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .execute();
  return {
    account: { id: accountId, createdAt, language, username, nameInUse },
    person: await readPerson(database, vault, accountId),
    emails,
    otherEmails: {
      added: await readAdditions(database, owner),
      removed: (await readLeft(database, vault, accountId)).map(({ id: _, ...left }) => left),
    },
    phones: (await phones.list(database, owner)).map(({ id: _, ...phone }) => phone),
    password: { changedAt: password?.changed_at ?? null },
    securityQuestions: { questions: questions?.questions ?? [], setAt: questions?.set_at ?? null },
    authenticatorApps: (await apps.list(owner)).map(({ id: _, ...app }) => app),
    passkeys: (await passkeys.list(owner)).map(({ id: _, ...passkey }) => passkey),
    knownDevices: devices.map((row) => ({
      browser: row.browser,
      system: row.system,
      firstUsedAt: row.created_at,
      lastUsedAt: row.last_used_at,
      rememberedUntil: row.remembered_until,
    })),
    sessions: sessions.map((row) => ({
      begunAt: row.created_at,
      lastSeenAt: row.last_seen_at,
      endedAt: row.ended_at,
    })),
    unsentForms: await readKeptForms(database, owner),
    waysBack: waysBack.map((row) => ({
      begunAt: row.created_at,
      lost: row.lost,
      proven: row.evidence,
      waitEndsAt: row.hold_ends_at,
      expiresAt: row.expires_at,
      endedAt: row.ended_at,
      endedHow: row.ended_how,
    })),
    securityEvents: events,
  };
}
