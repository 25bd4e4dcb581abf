import type { ComponentChildren } from 'preact';
import { sayBrowser } from '../../../platform/browser/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import {
  Alert,
  Button,
  EmptyState,
  Form,
  Layout,
  Lead,
  type Page,
  SummaryList,
  Tag,
} from '../../../platform/ui/index.ts';
import type { DeviceId, KnownDevice } from '../../core/devices/index.ts';
import { HoldAlerts, type OpenHold } from '../../core/open-recoveries/index.ts';
import { AlarmAlert } from '../../session/alarm/index.ts';
import type { ListedSession } from '../../session/sessions/index.ts';

export type SecurityView = {
  readonly page: Page;
  readonly done: PlainWordKey | null;
  /** Whether somebody said that something in the account was not their doing. */
  readonly alarmed: boolean;
  /** Ways back into the account that somebody is on. */
  readonly holds: readonly OpenHold[];
  readonly passwordChangedAt: Date;
  /** Each kind of second step: where it is managed, and what of it is bound. */
  readonly ways: ReadonlyArray<{
    readonly href: string;
    readonly title: PlainWordKey;
    readonly bound: string;
  }>;
  /** The same for what helps to get back in. */
  readonly waysBack: SecurityView['ways'];
  readonly sessions: number;
  readonly devices: number;
};

/** Everything that keeps the account safe, each with the way to change it. */
export function SecurityPage({
  page,
  done,
  alarmed,
  holds,
  passwordChangedAt,
  ways,
  waysBack,
  sessions,
  devices,
}: SecurityView) {
  const { t, date } = page.words;
  const change = (href: string, about: string, text = t('ui.open')) => ({
    action: { href, text, about },
  });
  const rowOf = ({ href, title, bound }: SecurityView['ways'][number]) => ({
    term: t(title),
    value: bound,
    ...change(href, t(title)),
  });
  return (
    <Layout page={page} title={t('security.title')}>
      {done === null ? null : (
        <Alert page={page} kind="success">
          <p>{t(done)}</p>
        </Alert>
      )}
      <h1>{t('security.title')}</h1>
      {alarmed ? <AlarmAlert page={page} /> : null}
      <HoldAlerts page={page} holds={holds} isAlarmed={alarmed} />
      <h2>{t('security.first-step')}</h2>
      <SummaryList
        rows={[
          {
            term: t('security.password'),
            value: t('security.password-since', { date: date(passwordChangedAt) }),
            ...change('/account/security/password', t('security.password'), t('ui.change')),
          },
        ]}
      />
      <h2>{t('security.second-steps')}</h2>
      <p>{t('security.second-steps-text')}</p>
      <SummaryList rows={ways.map(rowOf)} />
      {waysBack.length === 0 ? null : (
        <>
          <h2>{t('security.recovery')}</h2>
          <SummaryList rows={waysBack.map(rowOf)} />
        </>
      )}
      <h2>{t('security.where')}</h2>
      <SummaryList
        rows={[
          {
            term: t('security.sessions'),
            value: t('security.sessions-count', { count: sessions }),
            ...change('/account/security/sessions', t('security.sessions')),
          },
          {
            term: t('security.devices'),
            value: t('security.devices-count', { count: devices }),
            ...change('/account/security/devices', t('security.devices')),
          },
          {
            term: t('security.activity'),
            value: t('security.activity-text'),
            ...change('/account/security/activity', t('security.activity')),
          },
        ]}
      />
      <Worried page={page} />
      <p>
        <a href="/account">{t('security.back-to-account')}</a>
      </p>
    </Layout>
  );
}

/** The way out for whoever sees something that they did not do. */
function Worried({ page }: { readonly page: Page }) {
  const { t } = page.words;
  return (
    <>
      <h2>{t('security.worried-title')}</h2>
      <p>{t('security.worried-text')}</p>
      <p>
        <a class="usa-button usa-button--outline" href="/account/security/not-me">
          {t('security.worried-do')}
        </a>
      </p>
    </>
  );
}

/** Where the account is signed in now. */
export function SessionsPage({
  page,
  sessions,
  done,
}: {
  readonly page: Page;
  readonly sessions: readonly ListedSession[];
  readonly done: PlainWordKey | null;
}) {
  const { words } = page;
  const { t, dateTime } = words;
  return (
    <ListPage page={page} title={t('security.sessions')} lead={t('security.sessions-text')} done={done}>
      <ul class="portico-cards">
        {sessions.map((session) => {
          const name = sayBrowser(words, session) ?? words.t('security.device-unknown');
          return (
            <Item key={session.id} name={name} mark={session.isThis ? t('security.this-session') : null}>
              <p>
                {t('security.session-begun', { date: dateTime(session.begunAt) })}
                <br />
                {t('security.session-seen', { date: dateTime(session.seenAt) })}
              </p>
              {session.isThis ? null : (
                <Form page={page} action="/account/security/sessions/end">
                  <input type="hidden" name="id" value={session.id} />
                  <Button kind="quiet">
                    {t('security.session-end')} <span class="usa-sr-only">{name}</span>
                  </Button>
                </Form>
              )}
            </Item>
          );
        })}
      </ul>
      {sessions.length < 2 ? (
        <p>{t('security.sessions-only')}</p>
      ) : (
        <Form page={page} action="/account/security/sessions/end-others">
          <Button kind="secondary">{t('security.sessions-end-others')}</Button>
        </Form>
      )}
    </ListPage>
  );
}

/** The devices that the account knows. */
export function DevicesPage({
  page,
  devices,
  thisDevice,
  done,
}: {
  readonly page: Page;
  readonly devices: readonly KnownDevice[];
  readonly thisDevice: DeviceId | null;
  readonly done: PlainWordKey | null;
}) {
  const { words } = page;
  const { t, date } = words;
  return (
    <ListPage page={page} title={t('security.devices')} lead={t('security.devices-text')} done={done}>
      {devices.length === 0 ? (
        <EmptyState title={t('security.devices-none')}>
          <p>{t('security.devices-none-text')}</p>
        </EmptyState>
      ) : (
        <>
          <ul class="portico-cards">
            {devices.map((device) => {
              const name = sayBrowser(words, device) ?? words.t('security.device-unknown');
              const remembered = device.rememberedUntil !== null && device.rememberedUntil > page.now;
              return (
                <Item
                  key={device.id}
                  name={name}
                  mark={device.id === thisDevice ? t('security.this-device') : null}
                >
                  <p>
                    {t('security.device-used', { date: date(device.lastUsedAt) })}
                    {remembered && device.rememberedUntil !== null ? (
                      <>
                        <br />
                        {t('security.device-remembered', { date: date(device.rememberedUntil) })}
                      </>
                    ) : null}
                  </p>
                  <Form page={page} action="/account/security/devices/forget">
                    <input type="hidden" name="id" value={device.id} />
                    <Button kind="quiet">
                      {t('security.device-forget')} <span class="usa-sr-only">{name}</span>
                    </Button>
                  </Form>
                </Item>
              );
            })}
          </ul>
          <Form page={page} action="/account/security/devices/forget-all">
            <Button kind="secondary">{t('security.devices-forget-all')}</Button>
          </Form>
        </>
      )}
    </ListPage>
  );
}

function ListPage({
  page,
  title,
  lead,
  done,
  children,
}: {
  readonly page: Page;
  readonly title: string;
  readonly lead: string;
  readonly done: PlainWordKey | null;
  readonly children: ComponentChildren;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={title}>
      {done === null ? null : (
        <Alert page={page} kind="success">
          <p>{t(done)}</p>
        </Alert>
      )}
      <h1>{title}</h1>
      <Lead>{lead}</Lead>
      {children}
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}

function Item({
  name,
  mark,
  children,
}: {
  readonly name: string;
  readonly mark: string | null;
  readonly children: ComponentChildren;
}) {
  return (
    <li class="portico-card">
      <h2>
        <bdi>{name}</bdi>
      </h2>
      {mark === null ? null : <Tag kind="good">{mark}</Tag>}
      {children}
    </li>
  );
}
