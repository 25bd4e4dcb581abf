import {
  Alert,
  Button,
  ButtonLink,
  EmptyState,
  ErrorSummary,
  errorOf,
  Field,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  SummaryList,
} from '../../../platform/ui/index.ts';
import { OfferSigningOut } from '../../session/sessions/index.ts';
import { LastStrong } from '../factors/index.ts';
import { BindApp } from './bind.tsx';
import type { BoundApp } from './settings.ts';

const BASE = '/account/security/apps';
/** The apps of an account. */
export function AppsPage({
  page,
  apps,
  most,
  done,
}: {
  readonly page: Page;
  readonly apps: readonly BoundApp[];
  readonly most: number;
  readonly done: 'added' | 'removed' | 'renamed' | null;
}) {
  const { t, date } = page.words;
  const termOf = (app: BoundApp, index: number): string =>
    app.name ?? t('authenticator-app.unnamed-number', { number: index + 1 });
  const DONE = {
    added: t('authenticator-app.done-added'),
    removed: t('authenticator-app.done-removed'),
    renamed: t('authenticator-app.done-renamed'),
  };
  return (
    <Layout page={page} title={t('authenticator-app.settings-title')}>
      {done === null ? null : (
        <Alert page={page} kind="success">
          <p>{DONE[done]}</p>
          {done === 'renamed' ? null : <OfferSigningOut page={page} />}
        </Alert>
      )}
      <h1>{t('authenticator-app.settings-title')}</h1>
      <Lead>{t('authenticator-app.settings-text')}</Lead>
      {apps.length === 0 ? (
        <EmptyState title={t('authenticator-app.none-title')}>
          <p>{t('authenticator-app.none-text')}</p>
        </EmptyState>
      ) : (
        <SummaryList
          rows={apps.map((app, index) => ({
            term: termOf(app, index),
            value: (
              <>
                {t('authenticator-app.added-on', { date: date(app.addedAt) })}
                <br />
                {app.lastUsedAt === null
                  ? t('authenticator-app.never-used')
                  : t('authenticator-app.last-used', { date: date(app.lastUsedAt) })}
              </>
            ),
            action: {
              href: `${BASE}/${app.id}`,
              text: t('ui.open'),
              about: termOf(app, index),
            },
          }))}
        />
      )}
      {apps.length < most ? (
        <p>
          <ButtonLink href={`${BASE}/add`} kind="secondary">
            {t('authenticator-app.add')}
          </ButtonLink>
        </p>
      ) : (
        <p>{t('authenticator-app.enough', { most })}</p>
      )}
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}

/** Adds an app: its key, and the code that shows that the app has it. */
export function AddAppPage({
  page,
  secret,
  email,
  typed = {},
  errors = [],
}: {
  readonly page: Page;
  readonly secret: string;
  readonly email: string;
  readonly typed?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('authenticator-app.add-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('authenticator-app.add-title')}</h1>
      <BindApp
        page={page}
        secret={secret}
        label={email}
        action={`${BASE}/add`}
        error={errorOf(errors, 'code')}
        more={
          <Field
            name="name"
            label={t('authenticator-app.name')}
            hint={t('authenticator-app.name-hint')}
            autocomplete="off"
            value={typed['name']}
            error={errorOf(errors, 'name')}
          />
        }
      />
      <p>
        <a href={BASE}>{t('security.cancel')}</a>
      </p>
    </Layout>
  );
}

/** One app: its name, and how to take it away. */
export function AppPage({
  page,
  app,
  isLast,
  typed,
  errors = [],
}: {
  readonly page: Page;
  readonly app: BoundApp;
  /** Whether the account is kept by this one alone. */
  readonly isLast: boolean;
  readonly typed?: string | undefined;
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  const title = app.name ?? t('authenticator-app.unnamed');
  return (
    <Layout page={page} title={title} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{title}</h1>
      <Form page={page} action={`${BASE}/${app.id}/name`}>
        <Field
          name="name"
          label={t('authenticator-app.name')}
          hint={t('authenticator-app.name-hint')}
          autocomplete="off"
          value={typed ?? app.name ?? ''}
          error={errorOf(errors, 'name')}
        />
        <Button kind="secondary">{t('authenticator-app.save-name')}</Button>
      </Form>
      <h2>{t('authenticator-app.remove-title')}</h2>
      {isLast ? (
        <LastStrong page={page} />
      ) : (
        <>
          <p>{t('authenticator-app.remove-text')}</p>
          <Form page={page} action={`${BASE}/${app.id}/remove`}>
            <Button kind="danger">{t('authenticator-app.remove')}</Button>
          </Form>
        </>
      )}
      <p>
        <a href={BASE}>{t('authenticator-app.back')}</a>
      </p>
    </Layout>
  );
}
