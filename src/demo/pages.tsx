import { groupedSecret } from '../identity/credentials/authenticator-app/index.ts';
import {
  Button,
  Card,
  EmptyState,
  Field,
  Form,
  Layout,
  type Page,
  SummaryList,
  VERBATIM,
} from '../platform/ui/index.ts';
import type { DemoNotice, DemoPerson } from './material.ts';

export type MailboxItem = {
  readonly id: string;
  readonly to: string;
  readonly channel: string;
  readonly subject: string;
  readonly text: string;
  readonly sentAt: Date;
};
export type ShownCode = { readonly who: string; readonly code: string; readonly secondsLeft: number };

/** Beside the sign-in form: whom to be, and where their codes are. */
export function SignInHelp({
  page,
  people,
}: {
  readonly page: Page;
  readonly people: readonly DemoPerson[];
}) {
  const { t } = page.words;
  return (
    <aside class="portico-demo" aria-labelledby="demo-people">
      <h2 id="demo-people">{t(people.length === 0 ? 'demo.aside-title' : 'demo.people-title')}</h2>
      <p>{t(people.length === 0 ? 'demo.nobody-text' : 'demo.people-text')}</p>
      {people.map((person) => (
        <SummaryList
          key={person.username}
          rows={[
            { term: t('demo.username'), value: <code {...VERBATIM}>{person.username}</code> },
            { term: t('demo.password'), value: <code {...VERBATIM}>{person.password}</code> },
          ]}
        />
      ))}
      <DemoLinks page={page} hasCases={people.length > 0} />
    </aside>
  );
}

type AsideProps = {
  readonly page: Page;
  /** Whether the agency has invented cases. */
  readonly hasCases: boolean;
};

/** The doors to the demonstration's own pages, opened beside the page one is on. */
function DemoLinks({ page, hasCases }: AsideProps) {
  const { t } = page.words;
  return (
    <ul class="portico-list">
      <li>
        <a href="/demo/authenticator" target="_blank" rel="noopener">
          {t('demo.authenticator-link')}
        </a>
      </li>
      <li>
        <a href="/demo/mailbox" target="_blank" rel="noopener">
          {t('demo.mailbox-link')}
        </a>
      </li>
      {hasCases ? (
        <>
          <li>
            <a href="/demo/notices" target="_blank" rel="noopener">
              {t('demo.notices-link')}
            </a>
          </li>
          <li>
            <a href="/demo/agency" target="_blank" rel="noopener">
              {t('demo.play-link')}
            </a>
          </li>
        </>
      ) : null}
    </ul>
  );
}

/** Beside a step that needs something from the demonstration. */
export function DemoAside({ page, hasCases }: AsideProps) {
  return (
    <aside class="portico-demo" aria-labelledby="demo-here">
      <h2 id="demo-here">{page.words.t('demo.aside-title')}</h2>
      <DemoLinks page={page} hasCases={hasCases} />
    </aside>
  );
}

/** Where the form of a hold's page lets its days pass. */
export const PASS_HOLD = '/demo/pass-hold';

/** Beside a hold: nobody who tries the demonstration has days to wait. */
export function HoldAside({ page, hasCases }: AsideProps) {
  const { t } = page.words;
  return (
    <aside class="portico-demo" aria-labelledby="demo-hold">
      <h2 id="demo-hold">{t('demo.aside-title')}</h2>
      <DemoLinks page={page} hasCases={hasCases} />
      <p>{t('demo.hold-text')}</p>
      <Form page={page} action={PASS_HOLD}>
        <Button kind="secondary">{t('demo.hold-pass')}</Button>
      </Form>
    </aside>
  );
}

export function MailboxPage({
  page,
  items,
}: {
  readonly page: Page;
  readonly items: readonly MailboxItem[];
}) {
  const { words } = page;
  return (
    <Layout page={page} title={words.t('demo.mailbox-title')}>
      <h1>{words.t('demo.mailbox-title')}</h1>
      <p>{words.t('demo.mailbox-text')}</p>
      {items.length === 0 ? (
        <EmptyState title={words.t('demo.mailbox-empty')}>
          <p>{words.t('demo.mailbox-empty-text')}</p>
        </EmptyState>
      ) : (
        items.map((item) => (
          <Card key={item.id}>
            <h2>{item.channel === 'sms' ? words.t('demo.mailbox-sms') : item.subject}</h2>
            <p>{words.t('demo.mailbox-to', { to: item.to, at: words.dateTime(item.sentAt) })}</p>
            <p class="portico-letter">{withLinks(item.text)}</p>
            {item.channel === 'email' ? (
              <p>
                <a href={`/demo/mailbox/${item.id}`} target="_blank" rel="noopener">
                  {words.t('demo.mailbox-html')}
                </a>
              </p>
            ) : null}
          </Card>
        ))
      )}
    </Layout>
  );
}

/** A text with its addresses as links, as a mail program shows it. */
function withLinks(text: string) {
  return text.split(/(https?:\/\/\S+)/).map((part, at) => (at % 2 === 0 ? part : <a href={part}>{part}</a>));
}

export function AuthenticatorPage({
  page,
  codes,
  typed,
  own,
  error,
}: {
  readonly page: Page;
  readonly codes: readonly ShownCode[];
  readonly typed?: string | undefined;
  readonly own?: ShownCode | undefined;
  readonly error?: string | undefined;
}) {
  const { t } = page.words;
  const rows = (shown: readonly ShownCode[]) =>
    shown.map(({ who, code, secondsLeft }) => ({
      term: who,
      value: (
        <>
          <code class="portico-code" {...VERBATIM}>
            {code}
          </code>{' '}
          {t('demo.seconds-left', { seconds: secondsLeft })}
        </>
      ),
    }));
  return (
    <Layout page={page} title={t('demo.authenticator-title')} error={error !== undefined}>
      <h1>{t('demo.authenticator-title')}</h1>
      <p>{t('demo.authenticator-text')}</p>
      <SummaryList rows={rows(own === undefined ? codes : [own])} />
      <p>
        <a href="/demo/authenticator">{t('demo.authenticator-refresh')}</a>
      </p>
      <h2>{t('demo.key-title')}</h2>
      <p>{t('demo.key-text')}</p>
      <Form page={page} action="/demo/authenticator">
        <Field
          name="key"
          label={t('demo.key')}
          value={typed === undefined ? undefined : groupedSecret(typed)}
          autocomplete="off"
          error={error}
        />
        <Button>{t('demo.key-show')}</Button>
      </Form>
    </Layout>
  );
}

export function NoticesPage({
  page,
  notices,
}: {
  readonly page: Page;
  readonly notices: readonly DemoNotice[];
}) {
  const { words } = page;
  const { t } = words;
  return (
    <Layout page={page} title={t('demo.notices-title')}>
      <h1>{t('demo.notices-title')}</h1>
      <p>{t('demo.notices-text')}</p>
      {notices.map((notice) => (
        <Card key={notice.receipt}>
          <h2>
            <bdi>{notice.fullName}</bdi>
          </h2>
          <SummaryList
            rows={[
              { term: t('person.born'), value: words.calendarDate(notice.born) },
              { term: t('person.country'), value: words.country(notice.birthCountry) },
              { term: t('claim.receipt'), value: <code {...VERBATIM}>{notice.receipt}</code> },
              { term: t('claim.code'), value: <code {...VERBATIM}>{notice.accessCode}</code> },
            ]}
          />
        </Card>
      ))}
    </Layout>
  );
}
