import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import { Alert, Button, Form, type Page } from '../../../platform/ui/index.ts';
import type { HeldFor, OpenHold } from './open-recoveries.ts';

const LOST = {
  password: 'recover.open-password',
  'second-step': 'recover.open-second-step',
  both: 'recover.open-both',
  everything: 'recover.open-everything',
} as const satisfies Record<HeldFor, PlainWordKey>;

/** Says to whoever is signed in that somebody is on a way back into the account, and lets them stop it. */
export function HoldAlerts({
  page,
  holds,
  isAlarmed,
}: {
  readonly page: Page;
  readonly holds: readonly OpenHold[];
  /** Behind an alarm only a link of a message stops one that rests on what is settled: a session may be a thief's. */
  readonly isAlarmed: boolean;
}) {
  const { t, moment } = page.words;
  return (
    <>
      {holds.map(({ id, lost, begunAt, endsAt, unsettled }) => (
        <Alert key={id} page={page} kind="warning" title={t('recover.open-title')}>
          <p>
            {endsAt > page.now
              ? t('recover.open-text', { what: t(LOST[lost]), since: moment(begunAt), until: moment(endsAt) })
              : t('recover.open-over', { what: t(LOST[lost]), since: moment(begunAt) })}
          </p>
          {isAlarmed && !unsettled ? (
            <p>{t('recover.open-by-mail')}</p>
          ) : (
            <>
              <p>{t('recover.open-not-you')}</p>
              <Form page={page} action="/account/security/recovery/stop">
                <input type="hidden" name="id" value={id} />
                <Button kind="danger">{t('recover.cancel-button')}</Button>
              </Form>
            </>
          )}
        </Alert>
      ))}
    </>
  );
}
