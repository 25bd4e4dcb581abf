import { Alert, ButtonLink, Tag } from '../../../platform/ui/index.ts';
import { detailIn } from '../../../records/cases/index.ts';
import { feedDay, maybeOneOf, workdayFrom } from '../fields.tsx';
import { type PlayKind, playPath, type Scene, saying } from '../kind.ts';
import { documentName } from '../labels.tsx';
import { listFields, listOf, unanswered } from '../localized.ts';
import type { PlayedCase } from '../played-case.ts';
import { REQUEST_STATE_PATH, REQUEST_STATES } from './request-state.tsx';
import { STATUS_PATH } from './status.tsx';

const PATH = 'evidence-request';

/** That the agency asks for papers, by a day. */
export const request: PlayKind = {
  path: PATH,
  offers: (scene) => {
    const { page, played } = scene;
    const { t } = page.words;
    return (
      <section>
        <h2>{t('demo.play-requests')}</h2>
        <p>{t('demo.play-requests-text')}</p>
        <StatusBeside scene={scene} />
        <p>
          <ButtonLink href={playPath(played.receipt, PATH)} kind="secondary">
            {t('demo.play-request')}
          </ButtonLink>
        </p>
        {played.requests.length === 0 ? null : (
          <ul class="portico-entries">
            {played.requests.map((each) => (
              <Entry key={each.id} scene={scene} request={each} />
            ))}
          </ul>
        )}
      </section>
    );
  },
  form: ({ page, played, templates, today, file }) => {
    const { t, calendarDate } = page.words;
    const letters = played.documents.filter(({ state }) => state === 'current');
    const asked = {
      page,
      name: 'papers',
      label: t('demo.play-papers'),
      hint: t('demo.play-each-line'),
    };
    return {
      title: t('demo.play-request'),
      text: t('demo.play-request-text'),
      fields: [
        ...listFields(asked, file.papers),
        {
          as: 'day',
          name: 'dueOn',
          label: t('demo.play-due'),
          value: workdayFrom(today, file.dueInDays),
          rule: feedDay(today),
        },
        ...(letters.length === 0
          ? []
          : [
              {
                as: 'select' as const,
                name: 'document',
                label: t('demo.play-letter'),
                placeholder: t('demo.play-letter-none'),
                value: '',
                options: letters.map((letter) => ({
                  value: letter.event,
                  label: `${documentName(page, letter, templates)}, ${calendarDate(letter.issuedOn)}`,
                })),
                rule: maybeOneOf(
                  letters.map(({ event }) => event),
                  'demo.play-letter-strange',
                ),
              },
            ]),
      ],
      say: (answers) => {
        const papers = listOf(asked, answers);
        if (papers.is === 'faults') return papers;
        if (papers.items.length === 0) return { is: 'faults', faults: [unanswered(asked)] };
        const { dueOn, document = null } = answers;
        return saying('evidence-request', {
          papers: papers.items.map((name) => ({ name })),
          dueOn,
          document,
        });
      },
    };
  },
};

/** That the case's status says something else than its requests, which an agency would not leave so. */
function StatusBeside({ scene: { page, played, catalogue } }: { readonly scene: Scene }) {
  const status = catalogue.statuses.get(played.status);
  const isOpen = played.requests.some(({ state }) => state === 'open');
  const asks = status?.tone === 'waiting-for-you';
  const text =
    isOpen && !asks
      ? page.words.t('demo.play-status-behind')
      : !isOpen && status?.papers === true && played.requests.length > 0
        ? page.words.t('demo.play-status-ahead')
        : null;
  if (text === null) return null;
  return (
    <Alert page={page} kind="info">
      <p>
        {text} <a href={playPath(played.receipt, STATUS_PATH)}>{page.words.t('demo.play-status-choose')}</a>
      </p>
    </Alert>
  );
}

function Entry({
  scene: { page, played },
  request: { event, papers, dueOn, state },
}: {
  readonly scene: Scene;
  readonly request: PlayedCase['requests'][number];
}) {
  const { t, calendarDate, language } = page.words;
  const [first] = papers;
  const name = first === undefined ? '' : detailIn(first.name, language);
  return (
    <li class="portico-entry">
      <div class="portico-entry__what">
        <p class="portico-entry__name">
          <bdi>{name}</bdi>
          {papers.length < 2 ? null : ` ${t('demo.play-more', { count: papers.length - 1 })}`}
        </p>
        <p class="portico-entry__facts">
          {t('demo.play-due-on', { date: calendarDate(dueOn) })}
          <Tag kind={state === 'open' ? 'attention' : state === 'answered' ? 'good' : 'ended'}>
            {t(REQUEST_STATES[state])}
          </Tag>
        </p>
      </div>
      <p class="portico-entry__actions">
        <a href={playPath(played.receipt, REQUEST_STATE_PATH, { request: event })}>
          {t('demo.play-go-on')}
          <span class="usa-sr-only">: {name}</span>
        </a>
      </p>
    </li>
  );
}
