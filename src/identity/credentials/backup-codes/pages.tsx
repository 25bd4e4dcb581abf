import {
  Alert,
  Button,
  ButtonLink,
  Buttons,
  Checkbox,
  CodeList,
  CopyButton,
  ErrorSummary,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  PrintButton,
} from '../../../platform/ui/index.ts';
import { type Ending, EndingAlert } from '../../core/endings/index.ts';
import type { ShownCodes } from './backup-codes.ts';

/** Where the codes of a new account are shown, or of one that was got back. */
export const SHOWN = '/account/backup-codes';
export const SETTINGS = '/account/security/backup-codes';
/** Where somebody comes who signed in with one. */
export const USED = `${SHOWN}/used`;
/** Where codes are shown that are to take the place of others. */
export const NEW = `${SETTINGS}/new`;

/** What stands with the codes where they are kept: on paper, and in a file. */
export type Paper = {
  readonly title: string;
  /** Which site and account they are for, and since when. */
  readonly facts: readonly string[];
  readonly advice: readonly string[];
};

/** Shows the ten codes until the person says they have them. */
export function BackupCodesPage({
  page,
  shown: { codes, renewed, id },
  paper,
  ending,
  errors = [],
}: {
  readonly page: Page;
  readonly paper: Paper;
  /** With an id where they work only once the person has them. */
  readonly shown: ShownCodes & { readonly id?: string };
  readonly ending: Ending | null;
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  const address = id === undefined ? SHOWN : NEW;
  return (
    <Layout page={page} title={t('backup-codes.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <EndingAlert page={page} ending={ending} />
      {renewed ? null : <p class="portico-caption">{t('sign-up.step', { step: 5, steps: 5 })}</p>}
      <h1>{t('backup-codes.title')}</h1>
      <p class="portico-lead">{t('backup-codes.text')}</p>
      {id === undefined ? null : <p>{t('backup-codes.until-then')}</p>}
      <div class="portico-paper">
        <p class="portico-paper__title">{paper.title}</p>
        {paper.facts.map((fact) => (
          <p key={fact}>{fact}</p>
        ))}
      </div>
      <CodeList id="codes" label={t('backup-codes.list')} codes={codes} />
      <div class="portico-paper">
        {paper.advice.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <div class="portico-buttons">
        <ButtonLink href={`${address}/download`} kind="secondary">
          {t('backup-codes.download')}
        </ButtonLink>
        <CopyButton page={page} from="codes" />
        <PrintButton page={page} />
      </div>
      <p>{t('backup-codes.keep')}</p>
      <Form page={page} action={address}>
        {id === undefined ? null : <input type="hidden" name="set" value={id} />}
        <Checkbox name="saved" label={t('backup-codes.saved')} error={errors[0]?.text} />
        <Button>{t('backup-codes.continue')}</Button>
      </Form>
      {id === undefined ? null : (
        <p>
          <a href={SETTINGS}>{t('backup-codes.keep-old')}</a>
        </p>
      )}
    </Layout>
  );
}

/** How few codes left are worth a word. */
const FEW = 3;

/** What somebody reads who signed in with a backup code: what is left, and the way to what they may have lost. */
export function BackupCodeUsedPage({
  page,
  left,
  offersPhones,
  returnTo,
}: {
  readonly page: Page;
  readonly left: number;
  /** Whether codes can come by text message here. */
  readonly offersPhones: boolean;
  /** A path of this site. */
  readonly returnTo: string;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('backup-codes.used-title')}>
      <h1>{t('backup-codes.used-title')}</h1>
      <Lead>{t('backup-codes.left', { count: left })}</Lead>
      {left > FEW ? null : (
        <p>
          {t('backup-codes.used-few')} <a href={SETTINGS}>{t('backup-codes.renew')}</a>
        </p>
      )}
      <h2>{t('backup-codes.used-lost-title')}</h2>
      <p>{t('backup-codes.used-lost-text')}</p>
      <Buttons>
        <ButtonLink href="/account/security/apps/add">{t('backup-codes.used-new-app')}</ButtonLink>
        <ButtonLink href="/account/security/passkeys" kind="secondary">
          {t('backup-codes.used-new-passkey')}
        </ButtonLink>
        {offersPhones ? (
          <ButtonLink href="/account/phones/add" kind="secondary">
            {t('backup-codes.used-new-phone')}
          </ButtonLink>
        ) : null}
        <ButtonLink href={returnTo} kind="secondary">
          {t('backup-codes.used-go-on')}
        </ButtonLink>
      </Buttons>
    </Layout>
  );
}

/** How many codes are left, and the way to new ones. */
export function BackupCodeSettingsPage({
  page,
  left,
  renewed,
  error,
}: {
  readonly page: Page;
  readonly left: number;
  /** Whether the person has just saved new ones. */
  readonly renewed: boolean;
  readonly error?: string | undefined;
}) {
  const { t } = page.words;
  const errors = error === undefined ? [] : [{ field: 'renew', text: error }];
  return (
    <Layout page={page} title={t('backup-codes.settings-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      {renewed ? (
        <Alert page={page} kind="success">
          <p>{t('backup-codes.renewed')}</p>
        </Alert>
      ) : null}
      <h1>{t('backup-codes.settings-title')}</h1>
      <Lead>{t('backup-codes.left', { count: left })}</Lead>
      <p>{t('backup-codes.settings-text')}</p>
      <p>{t('backup-codes.renew-text')}</p>
      <Form page={page} action={SETTINGS}>
        <Button kind="secondary" id="renew">
          {t('backup-codes.renew')}
        </Button>
      </Form>
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}
