import type { Typed } from '../../../platform/http/index.ts';
import {
  Alert,
  Button,
  ErrorSummary,
  errorOf,
  Field,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  Select,
} from '../../../platform/ui/index.ts';
import { type Policy, wholeDays } from '../../core/policy/index.ts';
import { answerField, QUESTIONS, QUESTIONS_ASKED, questionField, questionWord } from './questions.ts';
import type { Chosen } from './security-questions.ts';

const BASE = '/account/security/questions';

/** What a person is asked, and choosing it. */
export function QuestionsPage({
  page,
  chosen,
  policy,
  done = null,
  typed = {},
  errors = [],
}: {
  readonly page: Page;
  readonly chosen: Chosen | null;
  readonly policy: Policy;
  readonly done?: 'set' | 'removed' | null;
  readonly typed?: Typed;
  readonly errors?: readonly FieldError[];
}) {
  const { t, date } = page.words;
  const options = QUESTIONS.map((question) => ({ value: question, label: t(questionWord(question)) }));
  return (
    <Layout page={page} title={t('security-questions.title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} note={t('security-questions.answers-again')} />
      {done === null ? null : (
        <Alert page={page} kind="success">
          <p>{done === 'set' ? t('security-questions.done-set') : t('security-questions.done-removed')}</p>
        </Alert>
      )}
      <h1>{t('security-questions.title')}</h1>
      <Lead>
        {t('security-questions.text', {
          hold: wholeDays(policy.recovery.holdHours),
          days: wholeDays(policy.questions.holdHours),
        })}
      </Lead>
      <p>{t('security-questions.never-enough')}</p>
      {chosen === null ? null : (
        <>
          <h2>{t('security-questions.chosen-title')}</h2>
          <p>{t('security-questions.set-on', { date: date(chosen.setAt) })}</p>
          <ul class="portico-list">
            {chosen.questions.map((question) => (
              <li key={question}>{t(questionWord(question))}</li>
            ))}
          </ul>
          <Form page={page} action={`${BASE}/remove`}>
            <Button kind="secondary">{t('security-questions.remove')}</Button>
          </Form>
        </>
      )}
      <h2>{chosen === null ? t('security-questions.choose') : t('security-questions.choose-others')}</h2>
      <p>{t('security-questions.advice')}</p>
      <Form page={page} action={BASE}>
        {Array.from({ length: QUESTIONS_ASKED }, (_, at) => at + 1).map((n) => (
          <div key={n}>
            <Select
              name={questionField(n)}
              label={t('security-questions.question', { number: n })}
              options={options}
              value={typed[questionField(n)]}
              placeholder={t('security-questions.question-choose')}
              error={errorOf(errors, questionField(n))}
            />
            <Field
              name={answerField(n)}
              secret
              label={t('security-questions.answer', { number: n })}
              autocomplete="off"
              error={errorOf(errors, answerField(n))}
            />
          </div>
        ))}
        <Button>{t('security-questions.save')}</Button>
      </Form>
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}
