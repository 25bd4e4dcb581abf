import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import { detailIn } from '../../../records/cases/index.ts';
import type { EvidenceRequest } from '../../../records/evidence/index.ts';
import { maybeFeedDay, oneOf } from '../fields.tsx';
import { faulty, namedIn, type PlayKind, saying } from '../kind.ts';

export const REQUEST_STATE_PATH = 'evidence-request-state';

type State = EvidenceRequest['state'];

/** What each state is called. */
export const REQUEST_STATES = {
  answered: 'demo.play-answered',
  expired: 'demo.play-expired',
  withdrawn: 'demo.play-request-withdrawn',
  open: 'demo.play-open',
} as const satisfies Readonly<Record<State, PlainWordKey>>;

const NEXT = ['answered', 'expired', 'withdrawn', 'open'] as const satisfies readonly State[];

/** How a request for papers goes on. It is offered where the requests are. */
export const requestState: PlayKind = {
  path: REQUEST_STATE_PATH,
  offers: () => null,
  form: ({ page, played, today }, query) => {
    const asked = namedIn(query, 'request');
    const found = played.requests.find(({ event }) => event === asked);
    if (found === undefined) return null;
    const { t, calendarDate, language } = page.words;
    const [first, ...others] = found.papers.map(({ name }) => detailIn(name, language));
    const isOpen = found.state === 'open';
    return {
      title: t('demo.play-state-title'),
      text: t('demo.play-state-text', {
        papers: [first, ...(others.length === 0 ? [] : [t('demo.play-more', { count: others.length })])].join(
          ' ',
        ),
        date: calendarDate(found.dueOn),
      }),
      fields: [
        {
          as: 'one-of',
          name: 'state',
          label: t('demo.play-state'),
          value: isOpen ? 'answered' : 'open',
          options: NEXT.filter((state) => state === 'open' || state !== found.state).map((state) => ({
            value: state,
            label:
              state !== 'open'
                ? t(REQUEST_STATES[state])
                : t(isOpen ? 'demo.play-postponed' : 'demo.play-reopened'),
          })),
          rule: oneOf(NEXT, 'demo.play-state-missing'),
        },
        {
          as: 'day',
          name: 'dueOn',
          label: t('demo.play-other-day'),
          hint: t(isOpen ? 'demo.play-other-day-needed' : 'demo.play-other-day-hint'),
          value: '',
          rule: maybeFeedDay(today),
        },
      ],
      say: ({ state, dueOn = null }) => {
        if (state === 'open' && isOpen && dueOn === null) return faulty('dueOn', t('demo.play-day-missing'));
        if (state !== 'open' && dueOn !== null) return faulty('dueOn', t('demo.play-day-needless'));
        return saying('evidence-request-state', { request: found.event, state, dueOn });
      },
    };
  },
};
