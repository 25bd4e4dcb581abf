import { Button, errorOf, Form } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { NewPasswordField } from '../../credentials/passwords/index.ts';
import { Step, type View } from './frame.tsx';

export function NewPasswordPage({ page, errors, policy }: View & { readonly policy: Policy }) {
  const { t } = page.words;
  return (
    <Step page={page} errors={errors} title="recover.password-title" back={false}>
      <p>{t('recover.password-text')}</p>
      <Form page={page} action="/recover/new-password">
        <NewPasswordField
          page={page}
          label={t('recover.password')}
          checkUrl="/recover/new-password/check"
          limits={policy.password}
          error={errorOf(errors, 'password')}
        />
        <Button>{t('recover.continue')}</Button>
      </Form>
    </Step>
  );
}

/** The page around choosing and binding a new second step. */
export function SecondStepFrame(view: Omit<Parameters<typeof Step>[0], 'back'>) {
  return <Step {...view} back={false} />;
}
