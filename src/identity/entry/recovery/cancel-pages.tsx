import { Alert, Button, ButtonLink, Form, type Page } from '../../../platform/ui/index.ts';
import { Step, type View } from './frame.tsx';

export function CancelPage({ page, link }: View & { readonly link: string }) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.cancel-title" back={false}>
      <p>{t('recover.cancel-text')}</p>
      <Form page={page} action="/recover/cancel">
        <input type="hidden" name="link" value={link} />
        <Button kind="danger">{t('recover.cancel-button')}</Button>
      </Form>
      <p>{t('recover.cancel-known')}</p>
    </Step>
  );
}

/** That others are not stopped with the one: each has a link of its own. */
function Others({ page, others }: { readonly page: Page; readonly others: number }) {
  const { t } = page.words;
  return others === 0 ? null : (
    <Alert page={page} kind="warning" title={t('recover.others-run', { count: others })}>
      <p>{t('recover.others-run-text')}</p>
    </Alert>
  );
}

export function CancelledPage({ page, others }: View & { readonly others: number }) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.cancelled-title" back={false}>
      <Alert page={page} kind="success">
        <p>{t('recover.cancelled-text')}</p>
      </Alert>
      <Others page={page} others={others} />
      <p>{t('recover.cancelled-again')}</p>
      <p>
        <ButtonLink href="/sign-in">{t('recover.second-step-sign-in')}</ButtonLink>
      </p>
    </Step>
  );
}

/** What became of a way back that is not there to be stopped any more. */
export function PastPage({
  page,
  how,
  others,
}: View & { readonly how: 'stopped' | 'finished' | 'over'; readonly others: number }) {
  const { t } = page.words;
  const titles = {
    stopped: 'recover.past-stopped',
    finished: 'recover.past-finished',
    over: 'recover.past-over',
  } as const;
  return (
    <Step page={page} title={titles[how]} back={false}>
      <Others page={page} others={others} />
      {how === 'finished' ? (
        <>
          <p>{t('recover.past-finished-text')}</p>
          <p>{t('recover.past-not-you')}</p>
          <p>
            <ButtonLink href="/recover">{t('recover.title')}</ButtonLink>
          </p>
        </>
      ) : (
        <>
          <p>{t('recover.past-nobody')}</p>
          <p>
            <ButtonLink href="/sign-in">{t('recover.second-step-sign-in')}</ButtonLink>
          </p>
        </>
      )}
    </Step>
  );
}
