import { writtenEmail } from '../../../platform/typed/index.ts';
import {
  Alert,
  Button,
  ButtonLink,
  Checkbox,
  ErrorSummary,
  type FieldError,
  Form,
  GroupSet,
  Layout,
  Lead,
  type Page,
} from '../../../platform/ui/index.ts';
import type { Address } from '../../core/addresses/index.ts';
import { sayTakenOut } from '../../core/notices/index.ts';
import type { SecondSteps } from '../../core/second-steps/index.ts';
import { type Raised, RECOVER } from './alarm.ts';

/** Asks whether the person is sure, and says what will happen. */
export function ConfirmPage({
  page,
  days,
  link = null,
}: {
  readonly page: Page;
  /** For how long what came to the account is taken out again. */
  readonly days: number;
  /** Null for who is signed in. */
  readonly link?: { readonly token: string; readonly bringsBack: boolean } | null;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alarm.title')}>
      <h1>{t('alarm.title')}</h1>
      <Lead>{t('alarm.text')}</Lead>
      <h2>{t('alarm.what')}</h2>
      <ul class="portico-list">
        <li>{t('alarm.what-sessions')}</li>
        <li>{t('alarm.what-changes')}</li>
        <li>{t('alarm.what-reverted', { days })}</li>
        <li>{t('alarm.what-emails')}</li>
        <li>{t('alarm.what-codes')}</li>
        <li>{t('alarm.what-questions')}</li>
        <li>{t('alarm.what-calendars')}</li>
        {link?.bringsBack === true ? <li>{t('alarm.what-back')}</li> : null}
        <li>{t('alarm.what-recover')}</li>
        <li>{t('alarm.what-cases')}</li>
      </ul>
      <Form page={page} action={link === null ? '/account/security/not-me' : '/not-me'}>
        {link === null ? null : <input type="hidden" name="token" value={link.token} />}
        <Button kind="danger">{t('alarm.do')}</Button>
      </Form>
      <p>
        <a href={link === null ? '/account/security/activity' : '/'}>{t('alarm.was-me')}</a>
      </p>
    </Layout>
  );
}

/** Says that it is done, and how to go on. */
export function RaisedPage({
  page,
  raised,
  secondSteps,
}: {
  readonly page: Page;
  readonly raised: Raised;
  readonly secondSteps: SecondSteps;
}) {
  const { t } = page.words;
  const { out, back } = sayTakenOut(raised === 'already' ? {} : raised, page.words, secondSteps);
  return (
    <Layout page={page} title={t('alarm.raised-title')}>
      <Alert page={page} kind="success">
        <p>{raised === 'already' ? t('alarm.raised-already') : t('alarm.raised-done')}</p>
      </Alert>
      <h1>{t('alarm.raised-title')}</h1>
      <Lead>{t('alarm.raised-text')}</Lead>
      <p>{t('alarm.still-in')}</p>
      {out === null && back === null ? null : (
        <>
          <h2>{t('alarm.changed')}</h2>
          <ul class="portico-list">
            {out === null ? null : <li>{t('alarm.changed-out', { what: out })}</li>}
            {back === null ? null : <li>{t('alarm.changed-back', { what: back })}</li>}
          </ul>
          <p>{t('alarm.changed-again')}</p>
        </>
      )}
      <p>
        <ButtonLink href={RECOVER}>{t('alarm.recover')}</ButtonLink>
      </p>
    </Layout>
  );
}

/** For whoever is in the account meanwhile, above what cannot be changed. */
export function AlarmAlert({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Alert page={page} kind="warning" title={t('alarm.raised-title')}>
      <p>{t('alarm.raised-text')}</p>
      <p>
        <a href={RECOVER}>{t('alarm.recover')}</a>
      </p>
    </Alert>
  );
}

/** The link was used, is too old, or was never made. */
export function LinkGonePage({ page, how }: { readonly page: Page; readonly how: 'used' | 'cut' }) {
  const { t } = page.words;
  const title = t(how === 'cut' ? 'alarm.cut-title' : 'alarm.gone-title');
  return (
    <Layout page={page} title={title}>
      <h1>{title}</h1>
      <Lead>{t(how === 'cut' ? 'alarm.cut-text' : 'alarm.gone-text')}</Lead>
      <p>
        <ButtonLink href="/account/security/not-me">{t('alarm.gone-sign-in')}</ButtonLink>
      </p>
      <p>
        <a href="/recover">{t('alarm.gone-recover')}</a>
      </p>
    </Layout>
  );
}

/** The name of the group in which a person says which addresses are theirs, and the first part of the name of each. */
export const OWN = 'own';

/** Why nothing that opens the account can be changed now. */
export function ProtectedPage({
  page,
  claims,
  own,
  errors,
}: {
  readonly page: Page;
  /** Between which the person may decide; none where they may not. */
  readonly claims: readonly Address[];
  /** The ids of those that are ticked. */
  readonly own: readonly string[];
  readonly errors: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('alarm.protected-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('alarm.protected-title')}</h1>
      <Lead>{t('alarm.protected-text')}</Lead>
      <p>{t('alarm.protected-why')}</p>
      <p>{t('alarm.still-in')}</p>
      <p>
        <ButtonLink href={RECOVER}>{t('alarm.recover')}</ButtonLink>
      </p>
      {claims.length > 0 ? (
        <>
          <h2>{t('alarm.end-title')}</h2>
          <p>{t('alarm.end-text')}</p>
          <Form page={page} action="/account/security/protected">
            <GroupSet name={OWN} label={t('alarm.end-own')} error={errors[0]?.text}>
              {claims.map(({ id, email }) => (
                <Checkbox
                  key={id}
                  name={`${OWN}-${id}`}
                  label={writtenEmail(email)}
                  checked={own.includes(id)}
                />
              ))}
            </GroupSet>
            <Button kind="secondary">{t('alarm.end')}</Button>
          </Form>
        </>
      ) : null}
      <p>
        <a href="/home">{t('alarm.protected-home')}</a>
      </p>
    </Layout>
  );
}
