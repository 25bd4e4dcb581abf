import type { VNode } from 'preact';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import {
  Alert,
  Button,
  Card,
  Checkbox,
  ErrorSummary,
  errorOf,
  type FieldError,
  Form,
  Layout,
  type Page,
} from '../../../platform/ui/index.ts';
import type { EnrolledFactor, Factor, Question } from './factor.ts';

/** What the demonstration says beside the form; handed in, since only it knows its people. */
export type Aside = (page: Page) => VNode;

export type SecondStepView = {
  readonly page: Page;
  /** Where each kind is asked for. */
  addressOf(factor: Factor): string;
  /** Where something to answer with is asked for, by a POST. */
  sendAddressOf(factor: Factor): string;
  /** Why the person is asked. */
  readonly why?: PlainWordKey | undefined;
  readonly factor: Factor;
  readonly question: Question;
  /** What else the account has. */
  readonly others: readonly Factor[];
  readonly errors?: readonly FieldError[];
  /** For how many days this device may be remembered; null where it may not. */
  readonly rememberDays: number | null;
  /** Where somebody goes who can do none of them. */
  readonly lost?: string | undefined;
  readonly aside?: Aside | undefined;
};

/** Asks for one kind of second step and offers the others. */
export function SecondStepPage({
  page,
  addressOf,
  sendAddressOf,
  why,
  factor,
  question,
  others,
  errors = [],
  rememberDays,
  lost,
  aside,
}: SecondStepView) {
  const { t } = page.words;
  const remember =
    rememberDays === null ? null : (
      <Checkbox name="remember" label={t('factors.remember', { days: rememberDays })} />
    );
  return (
    <Layout page={page} title={t(factor.words.title)} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t(factor.words.title)}</h1>
      {why === undefined ? null : <p>{t(why)}</p>}
      {factor.words.text === null ? null : <p>{t(factor.words.text)}</p>}
      {question({
        page,
        action: addressOf(factor),
        sendAction: sendAddressOf(factor),
        error: errorOf(errors, factor.field),
        more: remember,
      })}
      {others.map((other) =>
        other.send === undefined ? (
          <p key={other.kind}>
            <a href={addressOf(other)}>{t(other.words.use)}</a>
          </p>
        ) : (
          <Form key={other.kind} page={page} action={sendAddressOf(other)}>
            <p>
              <Button kind="quiet">{t(other.words.use)}</Button>
            </p>
          </Form>
        ),
      )}
      {lost === undefined ? null : (
        <p>
          <a href={lost}>{t('factors.none-of-these')}</a>
        </p>
      )}
      {aside?.(page)}
    </Layout>
  );
}

/** Stands where a second step would be removed that the account has no other strong one beside. */
export function LastStrong({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <Alert page={page} kind="info">
      <p>{t('factors.last')}</p>
      <p>
        <a href="/account/security">{t('factors.last-add')}</a>
      </p>
    </Alert>
  );
}

/** Lets a person choose which kind of second step to bind. */
export function EnrolmentChoice({
  page,
  text,
  factors,
  addressOf,
}: {
  readonly page: Page;
  readonly text: PlainWordKey;
  readonly factors: readonly EnrolledFactor[];
  addressOf(factor: Factor): string;
}) {
  const { t } = page.words;
  return (
    <>
      <p>{t(text)}</p>
      {factors.map((factor) => (
        <Card key={factor.kind}>
          <h2>
            <a href={addressOf(factor)}>{t(factor.enrolment.words.name)}</a>
          </h2>
          <p>{t(factor.enrolment.words.about)}</p>
        </Card>
      ))}
    </>
  );
}
