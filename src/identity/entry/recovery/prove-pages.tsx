import { Button, CodeField, errorOf, Form } from '../../../platform/ui/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { Step, type View } from './frame.tsx';

export type CodeTold = 'once' | 'again' | 'enough';

export function RecoveryCodePage({
  page,
  errors,
  policy,
  asked,
  known,
  told,
  aside,
}: View & {
  readonly policy: Policy;
  /** What was typed, while it is to be shown. */
  readonly asked: string | null;
  /** Whether the right password was given, so that whoever reads it knows that there is an account. */
  readonly known: boolean;
  /** What became of asking for a code; whether there was one too many is told to whoever is known. */
  readonly told: CodeTold;
}) {
  const { t } = page.words;
  return (
    <Step page={page} errors={errors} title="recover.code-title" aside={aside}>
      {told === 'enough' ? <p role="status">{t('emails.code-enough')}</p> : null}
      {told === 'again' ? (
        <p role="status">{t(known ? 'sign-up.code-resent' : 'recover.code-resent')}</p>
      ) : null}
      {told === 'enough' ? null : (
        <p>
          {known
            ? t('recover.code-sent', { minutes: policy.code.minutes })
            : t('recover.code-text', { asked: asked ?? t('recover.asked'), minutes: policy.code.minutes })}
        </p>
      )}
      <Form page={page} action="/recover/code">
        <CodeField
          name="code"
          label={t('recover.code')}
          hint={t('recover.code-hint')}
          error={errorOf(errors, 'code')}
        />
        <Button>{t('recover.continue')}</Button>
      </Form>
      <p>{known ? t('recover.code-none') : t('recover.sent-none', { most: policy.code.sentPerHour })}</p>
      <Form page={page} action="/recover/code/again">
        <Button kind="secondary">{t('recover.code-again')}</Button>
      </Form>
    </Step>
  );
}
