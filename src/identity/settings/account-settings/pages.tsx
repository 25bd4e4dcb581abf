import type { Typed } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import {
  Alert,
  Button,
  Buttons,
  ErrorSummary,
  Field,
  type FieldError,
  Form,
  Layout,
  type Page,
  Radios,
  SummaryList,
  Verbatim,
} from '../../../platform/ui/index.ts';
import { zoneName } from '../../../platform/zones/index.ts';
import type { Profile } from '../../core/accounts/index.ts';

/** A part of the account that another room looks after. */
export type AccountPart = { readonly href: string; readonly title: PlainWordKey; readonly text: string };

/** Everything that a person can set, each with what it is now. */
export function AccountPage({
  page,
  profile,
  language,
  parts,
  done,
}: {
  readonly page: Page;
  /** The name of the language in which the account is written to. */
  readonly language: string;
  readonly profile: Profile;
  readonly parts: readonly AccountPart[];
  readonly done: PlainWordKey | null;
}) {
  const { t, date } = page.words;
  const { fullName, nameInUse, username } = profile;
  return (
    <Layout page={page} title={t('account.title')}>
      {done === null ? null : (
        <Alert page={page} kind="success">
          <p>{t(done)}</p>
        </Alert>
      )}
      <h1>{t('account.title')}</h1>
      <h2>{t('account.you')}</h2>
      <SummaryList
        rows={[
          {
            term: t('account.full-name'),
            value: (
              <>
                <bdi>{fullName}</bdi>
                <br />
                <span class="portico-quiet">{t('account.full-name-text')}</span>
              </>
            ),
            action: { href: '/account/person', text: t('ui.open'), about: t('account.person') },
          },
          {
            term: t('account.name'),
            value: <bdi>{nameInUse ?? fullName}</bdi>,
            action: { href: '/account/name', text: t('ui.change'), about: t('account.name') },
          },
          {
            term: t('account.username'),
            value: username === null ? t('account.username-none') : <Verbatim>{username}</Verbatim>,
            action: {
              href: '/account/username',
              text: username === null ? t('account.choose') : t('ui.change'),
              about: t('account.username'),
            },
          },
          {
            term: t('account.language'),
            value: language,
            action: { href: '/account/language', text: t('ui.change'), about: t('account.language') },
          },
          {
            term: t('time-zone.title'),
            value: zoneName(profile.timeZone ?? page.agency.timeZone, page.words.language, page.now),
            action: { href: '/account/time-zone', text: t('ui.change'), about: t('time-zone.title') },
          },
        ]}
      />
      <h2>{t('account.more')}</h2>
      <SummaryList
        rows={parts.map(({ href, title, text }) => ({
          term: t(title),
          value: text,
          action: { href, text: t('ui.open'), about: t(title) },
        }))}
      />
      <p class="portico-quiet">{t('account.since', { date: date(profile.createdAt) })}</p>
    </Layout>
  );
}

type FormView = {
  readonly page: Page;
  readonly profile: Profile;
  readonly typed: Typed;
  readonly errors?: readonly FieldError[];
};

export function NamePage({ page, profile, typed, errors = [] }: FormView) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('account.name-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('account.name-title')}</h1>
      <p>{t('account.name-text')}</p>
      <Form page={page} action="/account/name">
        <Field
          name="name"
          label={t('account.name')}
          hint={t('account.name-hint', { name: profile.fullName })}
          autocomplete="nickname"
          value={typed['name'] ?? profile.nameInUse ?? ''}
          error={errors[0]?.text}
        />
        <Button>{t('account.save')}</Button>
      </Form>
      <Back page={page} />
    </Layout>
  );
}

export function UsernamePage({ page, profile, typed, errors = [] }: FormView) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('account.username-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('account.username-title')}</h1>
      <p>{t('account.username-text')}</p>
      <Form page={page} action="/account/username">
        <Field
          name="username"
          label={t('account.username')}
          hint={t('account.username-hint')}
          autocomplete="username"
          value={typed['username'] ?? profile.username ?? ''}
          error={errors[0]?.text}
        />
        <Buttons>
          <Button>{t('account.save')}</Button>
          {profile.username === null ? null : (
            <Button kind="secondary" name="none" value="yes">
              {t('account.username-remove')}
            </Button>
          )}
        </Buttons>
      </Form>
      <Back page={page} />
    </Layout>
  );
}

export function LanguagePage({ page, language }: { readonly page: Page; readonly language: string }) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('account.language-title')}>
      <h1>{t('account.language-title')}</h1>
      <Form page={page} action="/account/language">
        <Radios
          name="language"
          label={t('account.language')}
          hint={t('account.language-text')}
          options={page.languages.map((words) => ({ value: words.language, label: words.name }))}
          value={language}
        />
        <Button>{t('account.save')}</Button>
      </Form>
      <Back page={page} />
    </Layout>
  );
}

function Back({ page }: { readonly page: Page }) {
  return (
    <p>
      <a href="/account">{page.words.t('account.back')}</a>
    </p>
  );
}
