import type { Typed } from '../../platform/http/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import { writtenEmail } from '../../platform/typed/index.ts';
import {
  Alert,
  Button,
  ButtonLink,
  Buttons,
  Checkboxes,
  ErrorSummary,
  errorOf,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  Radios,
  Select,
} from '../../platform/ui/index.ts';
import {
  ALERT_GROUPS,
  type AlertChannel,
  type AlertGroup,
  type AlertSettings,
} from '../../records/alerts/index.ts';

export const ALERTS = '/account/alerts';

/** What was just done, said on top. */
export type Outcome = 'saved' | 'retried';

const OUTCOMES = { saved: 'alerts.done', retried: 'alerts.retried' } as const satisfies Record<
  Outcome,
  PlainWordKey
>;

const GROUPS = {
  status: 'alerts.status',
  documents: 'alerts.documents',
  papers: 'alerts.papers',
  appointments: 'alerts.appointments',
  messages: 'alerts.messages',
} as const satisfies Record<AlertGroup, PlainWordKey>;

type AlertsView = {
  readonly page: Page;
  readonly settings: AlertSettings;
  readonly outcome?: Outcome | null;
  readonly typed?: Typed;
  readonly errors?: readonly FieldError[];
  /** Within how many days something is due that does not wait. */
  readonly pressingDays: number;
};

/** How a person is told that something changed. */
export function AlertsPage({
  page,
  settings,
  outcome = null,
  typed = {},
  errors = [],
  pressingDays,
}: AlertsView) {
  const { t } = page.words;
  const { choice, reach, offersTexts } = settings;
  const isRefused = errors.length > 0;
  const quiet = typed['quiet'] ?? (choice.quiet === null ? 'none' : 'some');
  const times = timesOf(page);
  return (
    <Layout page={page} title={t('alerts.title')} error={isRefused}>
      <ErrorSummary page={page} errors={errors} />
      {outcome === null ? null : (
        <Alert page={page} kind="success">
          <p>{t(OUTCOMES[outcome])}</p>
        </Alert>
      )}
      <h1>{t('alerts.title')}</h1>
      <Bounced page={page} settings={settings} />
      {settings.emailsOffSince === null ? null : (
        <Alert page={page} kind="info">
          <p>{t('alerts.off-since', { at: page.words.moment(settings.emailsOffSince) })}</p>
        </Alert>
      )}
      <Lead>{t('alerts.text')}</Lead>
      <p>{t('alerts.security')}</p>
      <Form page={page} action={ALERTS}>
        <Groups
          page={page}
          channel="email"
          title="alerts.email-title"
          about={emailHint(page, settings)}
          isTicked={(group) => isTicked(typed, isRefused, settings, 'email', group)}
        />
        {offersTexts && reach.phones.length > 0 ? (
          <Groups
            page={page}
            channel="sms"
            title="alerts.sms-title"
            about={t('alerts.sms-to', { digits: reach.phones[0]?.to.slice(-2) ?? '' })}
            isTicked={(group) => isTicked(typed, isRefused, settings, 'sms', group)}
          />
        ) : null}
        <Radios
          name="quiet"
          label={t('alerts.quiet')}
          hint={`${t('alerts.quiet-hint', { days: pressingDays })} ${t('alerts.zone', { zone: zoneName(page, reach.timeZone) })}`}
          options={[
            { value: 'none', label: t('alerts.quiet-none') },
            { value: 'some', label: t('alerts.quiet-some') },
          ]}
          value={quiet}
          error={errorOf(errors, 'quiet')}
        />
        <div class="portico-pair">
          <Select
            name="from"
            label={t('alerts.quiet-from')}
            options={times}
            value={typed['from'] ?? String(choice.quiet?.from ?? USUAL.from)}
            error={errorOf(errors, 'from')}
          />
          <Select
            name="until"
            label={t('alerts.quiet-until')}
            options={times}
            value={typed['until'] ?? String(choice.quiet?.until ?? USUAL.until)}
            error={errorOf(errors, 'until')}
          />
        </div>
        <Button>{t('alerts.save')}</Button>
      </Form>
      {offersTexts && reach.phones.length === 0 ? (
        <section>
          <h2>{t('alerts.sms-title')}</h2>
          <p>{t('alerts.sms-none')}</p>
          <p>
            <a href="/account/phones">{t('alerts.sms-add')}</a>
          </p>
        </section>
      ) : null}
      <p>
        <a href="/account">{t('account.back')}</a>
      </p>
    </Layout>
  );
}

/** What is offered as quiet hours to whoever has none. */
const USUAL = { from: 22 * 60, until: 7 * 60 };
const HALF_HOUR = 30;

const timesOf = ({ words }: Page) =>
  Array.from({ length: (24 * 60) / HALF_HOUR }, (_, at) => {
    const minutes = at * HALF_HOUR;
    const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) => `${part}`.padStart(2, '0'));
    return { value: String(minutes), label: words.wallTime(`${hour}:${minute}`) };
  });

/** What people call the clock of a zone, such as "Eastern Time". */
function zoneName({ words, now }: Page, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(words.language, {
    timeZone,
    timeZoneName: 'longGeneric',
  }).formatToParts(now);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}

/** A form that came back says of each box whether it is in it. */
function isTicked(
  typed: Typed,
  isRefused: boolean,
  { choice }: AlertSettings,
  channel: AlertChannel,
  group: AlertGroup,
): boolean {
  return isRefused ? typed[`${channel}-${group}`] === 'yes' : choice.on[channel].includes(group);
}

function emailHint({ words: { t } }: Page, { reach, bounced }: AlertSettings): string {
  const email = reach.emails.find(({ to }) => !bounced.includes(to));
  return email === undefined
    ? t('alerts.email-none')
    : t('alerts.email-to', { email: writtenEmail(email.to) });
}

function Groups({
  page,
  channel,
  title,
  about,
  isTicked: isOn,
}: {
  readonly page: Page;
  readonly channel: AlertChannel;
  readonly title: PlainWordKey;
  readonly about: string;
  readonly isTicked: (group: AlertGroup) => boolean;
}) {
  const { t } = page.words;
  return (
    <Checkboxes
      name={channel}
      label={t(title)}
      hint={about}
      options={ALERT_GROUPS.map((group) => ({
        name: `${channel}-${group}`,
        label: t(GROUPS[group]),
        checked: isOn(group),
      }))}
    />
  );
}

/** That mail comes back, and what can be done about it. */
function Bounced({ page, settings: { reach, bounced } }: Pick<AlertsView, 'page' | 'settings'>) {
  const { t } = page.words;
  const [first] = bounced;
  if (first === undefined) return null;
  const other = reach.emails.find(({ to }) => !bounced.includes(to));
  return (
    <Alert page={page} kind="warning" title={t('alerts.bounced-title', { email: writtenEmail(first) })}>
      <p>
        {other === undefined
          ? t('alerts.bounced-none')
          : t('alerts.bounced-other', { email: writtenEmail(other.to) })}{' '}
        {t('alerts.bounced-next')}
      </p>
      <Form page={page} action={`${ALERTS}/retry`}>
        <Buttons>
          <ButtonLink href="/account/emails">{t('alerts.bounced-change')}</ButtonLink>
          <Button kind="secondary">{t('alerts.bounced-retry')}</Button>
        </Buttons>
      </Form>
    </Alert>
  );
}
