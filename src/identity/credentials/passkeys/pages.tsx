import {
  AboutLink,
  Alert,
  Button,
  ButtonLink,
  Buttons,
  EmptyState,
  ErrorSummary,
  Field,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  PasskeyButton,
  Table,
} from '../../../platform/ui/index.ts';
import { OfferSigningOut } from '../../session/sessions/index.ts';
import { LastStrong } from '../factors/index.ts';
import type { Passkey } from './passkeys.ts';

export const PASSKEYS = '/account/security/passkeys';
export const ADD = `${PASSKEYS}/add`;
const nameAddress = ({ id }: Passkey) => `${PASSKEYS}/${id}/name`;
const removeAddress = ({ id }: Passkey) => `${PASSKEYS}/${id}/remove`;

/** What was done just before the page of all passkeys is shown. */
export type Done = 'renamed' | 'removed';

/** The passkeys of an account. */
export function PasskeysPage({
  page,
  passkeys,
  most,
  done,
}: {
  readonly page: Page;
  readonly passkeys: readonly Passkey[];
  readonly most: number;
  readonly done?: Done | undefined;
}) {
  const { words } = page;
  const { t } = words;
  const said = done === undefined ? null : done === 'renamed' ? t('passkeys.renamed') : t('passkeys.removed');
  return (
    <Layout page={page} title={t('passkeys.title')}>
      {said === null ? null : (
        <Alert page={page} kind="success" title={said}>
          {done === 'removed' ? <OfferSigningOut page={page} /> : null}
        </Alert>
      )}
      <h1>{t('passkeys.title')}</h1>
      <Lead>{t('passkeys.text')}</Lead>
      {passkeys.length === 0 ? (
        <EmptyState title={t('passkeys.none-title')}>
          <p>{t('passkeys.none-text')}</p>
        </EmptyState>
      ) : (
        <Table
          caption={t('passkeys.list')}
          captionHidden
          columns={[t('passkeys.name'), t('passkeys.added'), t('passkeys.last-used'), t('passkeys.change')]}
          rows={passkeys.map((passkey) => ({
            id: passkey.id,
            cells: [
              passkey.name,
              words.date(passkey.addedAt),
              passkey.lastUsedAt === null ? t('passkeys.never-used') : words.date(passkey.lastUsedAt),
              <span class="portico-links" key="links">
                <AboutLink href={nameAddress(passkey)} text={t('passkeys.rename')} about={passkey.name} />
                <AboutLink href={removeAddress(passkey)} text={t('passkeys.remove')} about={passkey.name} />
              </span>,
            ],
          }))}
        />
      )}
      {passkeys.length >= most ? (
        <p>{t('passkeys.enough', { most })}</p>
      ) : (
        <p>
          <ButtonLink href={ADD} kind={passkeys.length === 0 ? 'primary' : 'secondary'}>
            {t('passkeys.add')}
          </ButtonLink>
        </p>
      )}
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}

/** Has a new passkey made. */
export function AddPasskeyPage({
  page,
  options,
  errors = [],
}: {
  readonly page: Page;
  /** What the browser hands to the authenticator. */
  readonly options: object;
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('passkeys.add')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('passkeys.add')}</h1>
      <p>{t('passkeys.add-text')}</p>
      <Form page={page} action={ADD}>
        <PasskeyButton
          page={page}
          ceremony="create"
          options={options}
          error={errors[0]?.text}
          without={t('passkeys.add-without')}
        >
          {t('passkeys.add-button')}
        </PasskeyButton>
      </Form>
      <p>
        <a href={PASSKEYS}>{t('passkeys.back')}</a>
      </p>
    </Layout>
  );
}

/** Names a passkey, at once after it was made or later. */
export function NamePasskeyPage({
  page,
  passkey,
  typed = passkey.name,
  isNew,
  errors = [],
}: {
  readonly page: Page;
  readonly passkey: Passkey;
  readonly typed?: string | undefined;
  readonly isNew: boolean;
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('passkeys.name-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      {isNew && errors.length === 0 ? (
        <Alert page={page} kind="success" title={t('passkeys.ready-title')}>
          <p>{t('passkeys.ready-text')}</p>
          <OfferSigningOut page={page} />
        </Alert>
      ) : null}
      <h1>{t('passkeys.name-title')}</h1>
      <Form page={page} action={nameAddress(passkey)}>
        <Field
          name="name"
          label={t('passkeys.name')}
          hint={t('passkeys.name-text')}
          value={typed}
          autocomplete="off"
          error={errors[0]?.text}
        />
        <Button>{t('passkeys.name-save')}</Button>
      </Form>
      <p>
        <a href={PASSKEYS}>{t('passkeys.back')}</a>
      </p>
    </Layout>
  );
}

/** Asks before a passkey is removed. */
export function RemovePasskeyPage({
  page,
  passkey,
  isLast,
}: {
  readonly page: Page;
  readonly passkey: Passkey;
  /** Whether the account is kept by this one alone. */
  readonly isLast: boolean;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('passkeys.remove-title')}>
      <h1>{t('passkeys.remove-title')}</h1>
      {isLast ? (
        <>
          <LastStrong page={page} />
          <p>
            <a href={PASSKEYS}>{t('passkeys.back')}</a>
          </p>
        </>
      ) : (
        <>
          <p>{t('passkeys.remove-text', { name: passkey.name })}</p>
          <Form page={page} action={removeAddress(passkey)}>
            <Buttons>
              <Button kind="danger">{t('passkeys.remove-button')}</Button>
              <ButtonLink href={PASSKEYS} kind="secondary">
                {t('passkeys.remove-keep')}
              </ButtonLink>
            </Buttons>
          </Form>
        </>
      )}
    </Layout>
  );
}
