import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { Question } from '../../../platform/proof-of-work/index.ts';
import {
  Alert,
  Button,
  ButtonLink,
  Card,
  errorOf,
  Field,
  Form,
  ProofOfWork,
  Verbatim,
} from '../../../platform/ui/index.ts';
import type { OpenHold } from '../../core/open-recoveries/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { daysOf, Step, type View } from './frame.tsx';
import { GO_ON, PATHS } from './stages.ts';

const TOLD = {
  left: 'recover.left-text',
  moved: 'recover.moved-text',
  stopped: 'recover.stopped-text',
  passed: 'recover.passed-text',
} as const satisfies Record<string, PlainWordKey>;
/** What became of a way back in this browser: it was taken out of it, goes on in another, was stopped, or may begin. */
export type Told = keyof typeof TOLD;

/** What somebody no longer has. */
export function LostPage({
  page,
  policy,
  errors = [],
  told = null,
}: View & {
  readonly policy: Policy;
  readonly told?: Told | null;
}) {
  const { t, rich } = page.words;
  const { phone } = page.agency.contact;
  const days = daysOf(policy);
  return (
    <Step page={page} errors={errors} title="recover.title" back={false}>
      {told === null ? null : (
        <Alert page={page} kind={told === 'left' || told === 'passed' ? 'success' : 'info'}>
          <p>{t(TOLD[told])}</p>
          {told === 'stopped' || told === 'passed' ? null : (
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
      {told === null || told === 'stopped' || told === 'passed' ? (
        <p>
          <a href={GO_ON}>{t('recover.go-on')}</a>
        </p>
      ) : null}
      <h2>{t('recover.lost-all')}</h2>
      <p>
        {rich('recover.lost-all-text', {
          phone,
          days,
          tel: (chunks) => (
            <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>
              <Verbatim>{chunks}</Verbatim>
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
    <Step page={page} errors={errors} title={TITLES[lost]}>
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

export function SentPage({
  page,
  asked,
  policy,
  aside,
}: View & { readonly asked: string | null; readonly policy: Policy }) {
  const { t } = page.words;
  return (
    <Step page={page} title="recover.sent-title" aside={aside}>
      <p>
        {t('recover.sent-text', { asked: asked ?? t('recover.asked'), minutes: policy.recovery.linkMinutes })}
      </p>
      <p>{t('recover.sent-none', { most: policy.code.sentPerHour })}</p>
    </Step>
  );
}

const LINKS = {
  password: { title: 'recover.link-title', text: 'recover.link-text' },
  nothing: { title: 'recover.try-title', text: 'recover.try-text' },
  pass: { title: 'recover.pass-title', text: 'recover.pass-text' },
} as const satisfies Record<string, { title: PlainWordKey; text: PlainWordKey }>;

/** Programs that look into mail open links: only the button uses one up. */
export function LinkPage({
  page,
  token,
  lost,
}: View & { readonly token: string; readonly lost: keyof typeof LINKS }) {
  const { t } = page.words;
  const { title, text } = LINKS[lost];
  return (
    <Step page={page} title={title}>
      <p>{t(text)}</p>
      {lost === 'password' ? <p>{t('recover.link-no-backup')}</p> : null}
      <Form page={page} action="/recover/link">
        <input type="hidden" name="token" value={token} />
        <Button>{t('recover.continue')}</Button>
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
  holds,
}: View & {
  readonly policy: Policy;
  readonly question: Question | null;
  /** What runs already; known only to whoever gave the right password. */
  readonly holds: readonly OpenHold[];
  /** Whether the right password was given just now. */
  readonly waits: boolean;
}) {
  const { t, moment } = page.words;
  return (
    <Step
      page={page}
      errors={errors}
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
          <p>
            {t('recover.second-step-codes')}{' '}
            <a href="/sign-in/backup-code">{t('recover.second-step-backup')}</a>
          </p>
          <p>{t('recover.second-step-text', { days: daysOf(policy) })}</p>
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
