import {
  Alert,
  Button,
  ButtonLink,
  Buttons,
  CodeList,
  CopyButton,
  errorOf,
  Field,
  Form,
  PrintButton,
} from '../../../platform/ui/index.ts';
import { type Policy, wholeDays } from '../../core/policy/index.ts';
import {
  answerField,
  questionWord,
  type SecurityQuestion,
} from '../../credentials/security-questions/index.ts';
import type { Lost } from './evidence.ts';
import { Step, type View } from './frame.tsx';
import { GIVE_UP, GO_ON, LEAVE, PATHS, SIGN_OUT } from './stages.ts';

export function HoldPage({
  page,
  lost,
  until,
  code,
  mayAnswer,
  answers,
  moved,
  policy,
  aside,
}: View & {
  readonly lost: Lost;
  readonly until: Date;
  /** With which the person goes on in another browser. */
  readonly code: string | null;
  /** Whether right answers to security questions would shorten it. */
  readonly mayAnswer: boolean;
  /** What came of the answers that were given just now. */
  readonly answers: 'right' | 'spent' | null;
  /** Whether it came here just now, by a code that is used up. */
  readonly moved: boolean;
  readonly policy: Policy;
}) {
  const { t, moment } = page.words;
  return (
    <Step page={page} title="recover.wait-title" back={false} aside={aside}>
      {answers === null ? null : (
        <Alert page={page} kind={answers === 'right' ? 'success' : 'info'}>
          <p>{answers === 'right' ? t('recover.answers-right') : t('recover.answers-spent')}</p>
        </Alert>
      )}
      {moved ? (
        <Alert page={page} kind="success">
          <p>{t('recover.moved-here')}</p>
        </Alert>
      ) : null}
      <p>{t('recover.wait-text', { until: moment(until) })}</p>
      <p>{t('recover.wait-same')}</p>
      {mayAnswer ? (
        <>
          <h2>{t('recover.sooner')}</h2>
          <p>{t('recover.sooner-text', { days: wholeDays(policy.questions.holdHours) })}</p>
          <p>
            <ButtonLink href="/recover/questions">{t('recover.sooner-answer')}</ButtonLink>
          </p>
        </>
      ) : null}
      {code === null ? null : (
        <>
          <h2>{t('recover.elsewhere')}</h2>
          <p>{moved ? t('recover.elsewhere-again') : t('recover.elsewhere-text')}</p>
          <CodeList id="elsewhere" label={t('recover.elsewhere-code')} codes={[code]} />
          <Buttons>
            <CopyButton page={page} from="elsewhere" />
            <PrintButton page={page} />
          </Buttons>
          <p>
            {t('recover.leave-text')} <a href={LEAVE}>{t('recover.leave')}</a>
          </p>
        </>
      )}
      <h2>{t('recover.wait-why')}</h2>
      <p>{t('recover.wait-why-text')}</p>
      {lost === 'password' ? <p>{t('recover.wait-young')}</p> : null}
      <p>
        <a href="/status">{t('recover.public-status')}</a>
      </p>
      <h2>{t('recover.give-up')}</h2>
      <p>{t('recover.give-up-why')}</p>
      <p>
        <a href={GIVE_UP}>{t('recover.give-up-link')}</a>
      </p>
    </Step>
  );
}

/** For whoever is signed in to another account in the browser in which somebody is on the way back. */
export function OthersPage({ page }: View) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.others-title" back={false}>
      <p>{t('recover.others-text')}</p>
      <p>
        <ButtonLink href="/home">{t('recover.others-home')}</ButtonLink>
      </p>
      <p>{t('recover.others-yours')}</p>
      <Form page={page} action={SIGN_OUT}>
        <Button kind="secondary">{t('recover.others-sign-out')}</Button>
      </Form>
    </Step>
  );
}

/** What it takes to go on later, before the way back is taken out of this browser. */
export function LeavePage({ page }: View) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.leave-title" back={false}>
      <p>{t('recover.leave-goes-on')}</p>
      <p>{t('recover.leave-need')}</p>
      <Form page={page} action={LEAVE}>
        <Buttons>
          <Button>{t('recover.leave-do')}</Button>
          <ButtonLink href={PATHS.hold} kind="secondary">
            {t('recover.leave-not')}
          </ButtonLink>
        </Buttons>
      </Form>
    </Step>
  );
}

/** What is lost by stopping, before anything is. */
export function GiveUpPage({ page }: View) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.give-up-title" back={false}>
      <p>{t('recover.give-up-text')}</p>
      <Form page={page} action={GIVE_UP}>
        <Buttons>
          <Button kind="danger">{t('recover.cancel-button')}</Button>
          <ButtonLink href={PATHS.hold} kind="secondary">
            {t('recover.give-up-not')}
          </ButtonLink>
        </Buttons>
      </Form>
    </Step>
  );
}

/** Where somebody goes on with the code that the page of the wait showed in another browser. */
export function GoOnPage({ page, typed, errors }: View & { readonly typed?: string | undefined }) {
  const { t } = page.words;
  return (
    <Step page={page} errors={errors} title="recover.go-on-title">
      <p>{t('recover.go-on-text')}</p>
      <Form page={page} action={GO_ON}>
        <Field
          name="code"
          secret
          label={t('recover.elsewhere-code')}
          hint={t('recover.go-on-hint')}
          value={typed}
          autocomplete="off"
          error={errorOf(errors, 'code')}
        />
        <Button>{t('recover.continue')}</Button>
      </Form>
    </Step>
  );
}

/** All questions at once, so that nobody learns of one answer alone whether it is right. */
export function AnswersPage({
  page,
  errors,
  questions,
}: View & { readonly questions: readonly SecurityQuestion[] }) {
  const { t } = page.words;
  return (
    <Step
      page={page}
      errors={errors}
      title="recover.answers-title"
      note={t('security-questions.answers-again')}
      back={false}
    >
      <p id="answers">{t('recover.answers-text')}</p>
      <Form page={page} action="/recover/questions">
        {questions.map((question, at) => (
          <Field
            key={question}
            name={answerField(at + 1)}
            secret
            label={t(questionWord(question))}
            autocomplete="off"
            error={errorOf(errors, answerField(at + 1))}
          />
        ))}
        <Button>{t('recover.answers-send')}</Button>
      </Form>
      <p>
        <a href="/recover/wait">{t('recover.answers-not')}</a>
      </p>
    </Step>
  );
}
