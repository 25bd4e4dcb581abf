import { sql } from 'kysely';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { Hasher } from '../../../platform/hashing/index.ts';
import { readAs, secretLine } from '../../../platform/http/index.ts';
import { Button, Field, Form } from '../../../platform/ui/index.ts';
import { EVER, type Factor } from '../factors/index.ts';
import { digestTyped, looksLikeBackupCode, usingBackupCode } from './backup-codes.ts';
import { findRevived, forgetReplaced, hasRevived, reviveReplaced } from './replaced.ts';

/** Longest text from which a code is read, with a label around it. */
const LONGEST = 100;

/** Backup codes as a second step. */
export function backupCodeFactor({
  database,
  clock,
  hasher,
}: {
  database: Database;
  clock: Clock;
  hasher: Hasher;
}): Factor {
  return {
    kind: 'backup-code',
    lasts: false,
    rememberable: false,
    path: 'backup-code',
    field: 'backupCode',
    answer: readAs(
      secretLine({ missing: 'backup-codes.missing', most: LONGEST }),
      (typed) => (looksLikeBackupCode(typed) ? typed : null),
      'backup-codes.incomplete',
    ),
    words: {
      title: 'backup-codes.ask-title',
      text: 'backup-codes.ask-text',
      use: 'backup-codes.use',
      wrong: 'backup-codes.wrong',
    },
    heldBy: (accountId, onWayBack) =>
      sql`(exists (select from backup_code where account_id = ${accountId} and used_at is null)
        or ${onWayBack ? hasRevived(accountId) : sql`false`})`,
    ask:
      async () =>
      ({ page, action, error, more }) => {
        const { t } = page.words;
        return (
          <Form page={page} action={action}>
            <Field
              name="backupCode"
              secret
              label={t('backup-codes.code')}
              hint={t('backup-codes.hint')}
              autocomplete="off"
              error={error}
            />
            {more}
            <Button>{t('factors.continue')}</Button>
          </Form>
        );
      },
    check: async ({ accountId, onWayBack }, code) => {
      if (!looksLikeBackupCode(code)) return null;
      const revived = onWayBack === true ? await findRevived(database, clock, hasher, accountId, code) : null;
      if (revived !== null) return revived;
      const typed = await digestTyped(database, hasher, accountId, code);
      if (typed === null) return null;
      const { digest, boundAt } = typed;
      return { take: (when) => usingBackupCode(clock, accountId, digest, when), boundAt, digest };
    },
    forget: async (transaction, { accountId }, since = EVER) => {
      const gone = await transaction
        .deleteFrom('backup_code_set')
        .where('account_id', '=', accountId)
        .where('created_at', '>', since)
        .returning('account_id')
        .execute();
      if (since === EVER) await forgetReplaced(transaction, accountId);
      return gone.map(() => null);
    },
    revive: (transaction, accountId, since) => reviveReplaced(transaction, clock, accountId, since),
  };
}
