import type { ActivityGroup } from '../../../platform/audit/index.ts';
import { sayBrowser } from '../../../platform/browser/index.ts';
import type { PlainWordKey, Words } from '../../../platform/i18n/index.ts';
import {
  Button,
  ButtonLink,
  EmptyState,
  Layout,
  Lead,
  type Page,
  Select,
  Timeline,
} from '../../../platform/ui/index.ts';
import { sayTakenOut } from '../../core/notices/index.ts';
import { kindsOf, type SecondSteps } from '../../core/second-steps/index.ts';
import type { Happening } from './activity.ts';
import { GROUPS } from './kinds.ts';

const PATH = '/account/security/activity';

export const PERIODS = {
  7: 'activity.days-7',
  30: 'activity.days-30',
  90: 'activity.days-90',
} as const satisfies Record<number, PlainWordKey>;

const FACTORS: Readonly<Record<string, PlainWordKey>> = {
  password: 'activity.factor-password',
  'remembered-device': 'activity.factor-remembered-device',
};

const LOST: Readonly<Record<string, PlainWordKey>> = {
  password: 'activity.lost-password',
  'second-step': 'activity.lost-second-step',
  both: 'activity.lost-both',
  everything: 'activity.lost-everything',
};

/** What happened to the account, newest first. */
export function ActivityPage({
  page,
  happenings,
  next,
  group,
  days,
  secondSteps,
}: {
  readonly page: Page;
  readonly happenings: readonly Happening[];
  readonly next: string | null;
  readonly group: ActivityGroup | null;
  readonly days: keyof typeof PERIODS | null;
  readonly secondSteps: SecondSteps;
}) {
  const { words } = page;
  const { t, dateTime } = words;
  const filtered = group !== null || days !== null;
  const filter = {
    ...(group === null ? {} : { group }),
    ...(days === null ? {} : { days: String(days) }),
  };
  return (
    <Layout page={page} title={t('activity.title')}>
      <h1>{t('activity.title')}</h1>
      <Lead>{t('activity.text')}</Lead>
      <p>
        <ButtonLink href="/account/security/not-me" kind="secondary">
          {t('activity.not-me')}
        </ButtonLink>
      </p>
      <form class="portico-form" method="get" action={PATH}>
        <Select
          name="group"
          label={t('activity.group')}
          placeholder={t('activity.group-all')}
          options={Object.entries(GROUPS).map(([value, word]) => ({ value, label: t(word) }))}
          value={group ?? ''}
        />
        <Select
          name="days"
          label={t('activity.days')}
          placeholder={t('activity.days-all')}
          options={Object.entries(PERIODS).map(([value, word]) => ({ value, label: t(word) }))}
          value={days === null ? '' : String(days)}
        />
        <Button kind="secondary">{t('activity.show')}</Button>
      </form>
      <h2>{t('activity.found')}</h2>
      {happenings.length === 0 ? (
        <EmptyState title={t('activity.none-title')} level={3}>
          <p>{filtered ? t('activity.none-filtered') : t('activity.none-text')}</p>
          {filtered ? (
            <p>
              <a href={PATH}>{t('activity.all')}</a>
            </p>
          ) : null}
        </EmptyState>
      ) : (
        <Timeline
          events={happenings.map(({ seq, at, telling, ...what }) => ({
            id: seq,
            date: dateTime(at),
            dateTime: at.toISOString(),
            title: t(telling.word),
            children: withWhat(what, words, secondSteps),
          }))}
        />
      )}
      {next === null ? null : (
        <p>
          <a href={`${PATH}?${new URLSearchParams({ ...filter, before: next })}`}>{t('activity.older')}</a>
        </p>
      )}
      <p>
        <a href="/account/security">{t('security.back')}</a>
      </p>
    </Layout>
  );
}

function withWhat(
  { factor, lost, browser, taken }: Pick<Happening, 'factor' | 'lost' | 'browser' | 'taken'>,
  words: Words,
  steps: SecondSteps,
) {
  const kind = kindsOf(steps).find((each) => each === factor);
  const word = kind === undefined ? FACTORS[factor ?? ''] : steps[kind].used;
  const lostWord = lost === null ? undefined : LOST[lost];
  const from = sayBrowser(words, browser);
  const { out, back } = sayTakenOut(taken, words, steps);
  return (
    <>
      {word === undefined ? null : <p>{words.t('activity.with', { factor: words.t(word) })}</p>}
      {lostWord === undefined ? null : <p>{words.t(lostWord)}</p>}
      {out === null ? null : <p>{words.t('alarm.changed-out', { what: out })}</p>}
      {back === null ? null : <p>{words.t('alarm.changed-back', { what: back })}</p>}
      {from === null ? null : <p>{words.t('activity.from', { browser: from })}</p>}
    </>
  );
}
