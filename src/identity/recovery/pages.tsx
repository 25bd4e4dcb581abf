import type { ComponentChildren } from 'preact';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import type { Question } from '../../platform/proof-of-work/index.ts';
import {
  Alert,
  Button,
  ButtonLink,
  Buttons,
  Card,
  CodeField,
  CodeList,
  CopyButton,
  ErrorSummary,
  Field,
  type FieldError,
  Form,
  Layout,
  type Page,
  PasswordField,
  PrintButton,
  ProofOfWork,
} from '../../platform/ui/index.ts';
import type { Aside } from '../factors/index.ts';
import type { OpenHold } from '../open-recoveries/index.ts';
import { type Policy, wholeDays } from '../policy/index.ts';
import { answerField, questionWord, type SecurityQuestion } from '../security-questions/index.ts';
import { GIVE_UP, GO_ON, LEAVE, PATHS } from './stages.ts';

type View = {
  readonly page: Page;
  readonly errors?: readonly FieldError[];
  readonly aside?: Aside | undefined;
};

const errorOf = (errors: readonly FieldError[] | undefined, field: string) =>
  errors?.find((error) => error.field === field)?.text;

function Step({
  page,
  errors = [],
  aside,
  title,
  back = true,
  note,
  children,
}: View & {
  readonly note?: string;
  readonly title: PlainWordKey;
  /** Whether the page leads back to the other ways. */
  readonly back?: boolean;
  readonly children: ComponentChildren;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t(title)} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} note={note} />
      <h1>{t(title)}</h1>
      {children}
      {back ? (
        <p>
          <a href="/recover">{t('recover.back')}</a>
        </p>
      ) : null}
      {aside?.(page)}
    </Layout>
  );
}

const daysOf = (policy: Policy) => wholeDays(policy.recovery.holdHours);

const TOLD = {
  left: 'recover.left-text',
  moved: 'recover.moved-text',
  stopped: 'recover.stopped-text',
} as const satisfies Record<string, PlainWordKey>;

/** What somebody no longer has. */
export function LostPage({
  page,
  policy,
  errors = [],
  told = null,
}: View & {
  readonly policy: Policy;
  /** What became of a way back in this browser: it was taken out of it, goes on in another, or was stopped. */
  readonly told?: keyof typeof TOLD | null;
}) {
  const { t, rich } = page.words;
  const { phone } = page.agency.contact;
  const days = daysOf(policy);
  return (
    <Step page={page} errors={errors} title="recover.title" back={false}>
      {told === null ? null : (
        <Alert page={page} kind={told === 'left' ? 'success' : 'info'}>
          <p>{t(TOLD[told])}</p>
          {told === 'stopped' ? null : (
            <p>
              <a href={GO_ON}>{t('recover.go-on')}</a>
            </p>
          )}
        </Alert>
      )}
      <p id="lost">{t('recover.text')}</p>
      <Card>
        <h2>
          <a href="/recover/password">{t('recover.lost-password')}</a>
        </h2>
        <p>{t('recover.lost-password-text')}</p>
      </Card>
      <Card>
        <h2>
          <a href="/recover/second-step">{t('recover.lost-second-step')}</a>
        </h2>
        <p>{t('recover.lost-second-step-text', { days })}</p>
      </Card>
      <Card>
        <h2>
          <a href="/recover/both">{t('recover.lost-both')}</a>
        </h2>
        <p>{t('recover.lost-both-text', { days })}</p>
      </Card>
      {told === null || told === 'stopped' ? (
        <p>
          <a href={GO_ON}>{t('recover.go-on')}</a>
        </p>
      ) : null}
      <h2>{t('recover.lost-all')}</h2>
      <p>
        {rich('recover.lost-all-text', {
          phone,
          tel: (chunks) => (
            <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>
              <bdi dir="ltr">{chunks}</bdi>
            </a>
          ),
        })}
      </p>
      <p>{t('recover.public-status')}</p>
    </Step>
  );
}

/** What a way back can be begun for with an email alone. */
export type Begun = 'nothing' | 'password' | 'both';
const TITLES = {
  nothing: 'recover.try-title',
  password: 'recover.lost-password',
  both: 'recover.lost-both',
} as const satisfies Record<Begun, PlainWordKey>;
/** The last part of the address at which each is begun. */
export const SEGMENTS = {
  nothing: 'try-again',
  password: 'password',
  both: 'both',
} as const satisfies Record<Begun, string>;

export function IdentifierPage({
  page,
  errors,
  lost,
  identifier,
  question,
}: View & {
  readonly lost: Begun;
  readonly identifier?: string | undefined;
  readonly question: Question | null;
}) {
  const { t } = page.words;
  return (
    <Step page={page} {...(errors === undefined ? {} : { errors })} title={TITLES[lost]}>
      <p>{t('recover.identifier-text')}</p>
      <Form page={page} action={`/recover/${SEGMENTS[lost]}`}>
        <Field
          name="identifier"
          label={t('sign-in.identifier')}
          value={identifier}
          autocomplete="username"
          error={errorOf(errors, 'identifier')}
        />
        {question === null ? null : <ProofOfWork page={page} question={question} />}
        <Button>{t('recover.continue')}</Button>
      </Form>
    </Step>
  );
}

export function SentPage({ page, policy, aside }: View & { readonly policy: Policy }) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.sent-title" aside={aside}>
      <p>{t('recover.sent-text', { minutes: policy.recovery.linkMinutes })}</p>
      <p>{t('recover.sent-none')}</p>
    </Step>
  );
}

/** Programs that look into mail open links: only the button uses one up. */
export function LinkPage({
  page,
  token,
  lost,
}: View & { readonly token: string; readonly lost: 'nothing' | 'password' }) {
  const { t } = page.words;
  return (
    <Step page={page} title={lost === 'password' ? 'recover.link-title' : 'recover.try-title'}>
      <p>{lost === 'password' ? t('recover.link-text') : t('recover.try-text')}</p>
      {lost === 'password' ? <p>{t('recover.link-no-backup')}</p> : null}
      <Form page={page} action="/recover/link">
        <input type="hidden" name="token" value={token} />
        <Button>{t('recover.continue')}</Button>
      </Form>
    </Step>
  );
}

export function RecoveryCodePage({
  page,
  errors,
  policy,
  known,
  aside,
}: View & {
  readonly policy: Policy;
  /** Whether the right password was given, so that whoever reads it knows that there is an account. */
  readonly known: boolean;
}) {
  const { t } = page.words;
  return (
    <Step page={page} {...(errors === undefined ? {} : { errors })} title="recover.code-title" aside={aside}>
      <p>
        {known
          ? t('recover.code-sent', { minutes: policy.code.minutes })
          : t('recover.code-text', { minutes: policy.code.minutes })}
      </p>
      <Form page={page} action="/recover/code">
        <CodeField
          name="code"
          label={t('recover.code')}
          hint={t('recover.code-hint')}
          error={errorOf(errors, 'code')}
        />
        <Button>{t('recover.continue')}</Button>
      </Form>
      <p>{known ? t('recover.code-none') : t('recover.sent-none')}</p>
      <Form page={page} action="/recover/code/again">
        <Button kind="secondary">{t('recover.code-again')}</Button>
      </Form>
    </Step>
  );
}

export function SecondStepLostPage({
  page,
  policy,
  waits,
  errors,
  question,
  holds = [],
}: View & {
  readonly policy: Policy;
  readonly question: Question | null;
  /** What runs already; known only to whoever gave the right password. */
  readonly holds?: readonly OpenHold[];
  /** Whether the right password was given just now. */
  readonly waits: boolean;
}) {
  const { t, moment } = page.words;
  return (
    <Step
      page={page}
      {...(errors === undefined ? {} : { errors })}
      title={waits ? 'recover.second-step-title' : 'recover.lost-second-step'}
    >
      {waits ? (
        <>
          {holds.map(({ id, begunAt, endsAt }) => (
            <Alert key={id} page={page} kind="info" title={t('recover.running-title')}>
              <p>
                {endsAt > page.now
                  ? t('recover.running-text', { since: moment(begunAt), until: moment(endsAt) })
                  : t('recover.running-over', { since: moment(begunAt) })}
              </p>
              <p>
                <a href={PATHS.hold}>{t('recover.running-here')}</a>
                <br />
                <a href={GO_ON}>{t('recover.go-on')}</a>
              </p>
              <p>{t('recover.running-not-you')}</p>
            </Alert>
          ))}
          <p>{t('recover.second-step-text', { days: daysOf(policy) })}</p>
          <p>
            {t('recover.second-step-codes')}{' '}
            <a href="/sign-in/backup-code">{t('recover.second-step-backup')}</a>
          </p>
          <Form page={page} action="/recover/second-step">
            {question === null ? null : <ProofOfWork page={page} question={question} />}
            <Button>{t('recover.second-step-begin')}</Button>
          </Form>
        </>
      ) : (
        <>
          <p>{t('recover.lost-second-step-text', { days: daysOf(policy) })}</p>
          <p>{t('recover.second-step-first')}</p>
          <p>
            <ButtonLink href="/sign-in">{t('recover.second-step-sign-in')}</ButtonLink>
          </p>
        </>
      )}
    </Step>
  );
}

export function HoldPage({
  page,
  until,
  code,
  mayAnswer,
  answers,
  moved,
  policy,
}: View & {
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
    <Step page={page} title="recover.wait-title" back={false}>
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

/** For whoever is signed in to another account in the browser in which somebody waits. */
export function OthersWaitPage({ page }: View) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.others-title" back={false}>
      <p>{t('recover.others-text')}</p>
      <p>{t('recover.others-yours')}</p>
      <p>
        <ButtonLink href="/home">{t('recover.others-home')}</ButtonLink>
      </p>
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
    <Step page={page} {...(errors === undefined ? {} : { errors })} title="recover.go-on-title">
      <p>{t('recover.go-on-text')}</p>
      <Form page={page} action={GO_ON}>
        <Field
          name="code"
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
      {...(errors === undefined ? {} : { errors })}
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

export function NewPasswordPage({ page, errors, policy }: View & { readonly policy: Policy }) {
  const { t } = page.words;
  return (
    <Step
      page={page}
      {...(errors === undefined ? {} : { errors })}
      title="recover.password-title"
      back={false}
    >
      <p>{t('recover.password-text')}</p>
      <Form page={page} action="/recover/new-password">
        <PasswordField
          page={page}
          name="password"
          label={t('recover.password')}
          hint={t('recover.password-hint', { shortest: policy.password.shortest })}
          autocomplete="new-password"
          checkUrl="/recover/new-password/check"
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

export function CancelledPage({ page }: View) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.cancelled-title" back={false}>
      <Alert page={page} kind="success">
        <p>{t('recover.cancelled-text')}</p>
      </Alert>
      <p>
        <ButtonLink href="/sign-in">{t('recover.second-step-sign-in')}</ButtonLink>
      </p>
    </Step>
  );
}

/** What became of a way back that is not there to be stopped any more. */
export function PastPage({ page, how }: View & { readonly how: 'stopped' | 'finished' | 'over' }) {
  const { t } = page.words;
  const titles = {
    stopped: 'recover.past-stopped',
    finished: 'recover.past-finished',
    over: 'recover.past-over',
  } as const;
  return (
    <Step page={page} title={titles[how]} back={false}>
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
