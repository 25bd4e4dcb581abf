import { inLanguage } from '../../../platform/agency/index.ts';
import { ButtonLink, Tag } from '../../../platform/ui/index.ts';
import { fits } from '../../../records/conversations/index.ts';
import { oneOf } from '../fields.tsx';
import { namedIn, type PlayKind, playPath, type Scene, saying } from '../kind.ts';
import { textFields, textOf, unanswered } from '../localized.ts';
import type { PlayedCase } from '../played-case.ts';

const PATH = 'message';
const ENDS = ['open', 'closed'] as const;

/** That the agency writes to the person of a case, or answers them. */
export const message: PlayKind = {
  path: PATH,
  offers: (scene) => {
    const { page, played } = scene;
    const { t } = page.words;
    if (topicsOf(scene).length === 0) return null;
    return (
      <section>
        <h2>{t('demo.play-messages')}</h2>
        <p>
          <ButtonLink href={playPath(played.receipt, PATH)} kind="secondary">
            {t('demo.play-message')}
          </ButtonLink>
        </p>
        {played.conversations.length === 0 ? null : (
          <ul class="portico-entries">
            {played.conversations.map((each) => (
              <Entry key={each.id} scene={scene} conversation={each} />
            ))}
          </ul>
        )}
      </section>
    );
  },
  form: (scene, query) => {
    const { page, played } = scene;
    const { t, language } = page.words;
    const asked = namedIn(query, 'conversation');
    const found = played.conversations.find(({ id }) => id === asked);
    if (asked !== undefined && found === undefined) return null;
    const topics = topicsOf(scene);
    const text = { page, name: 'text', label: t('demo.play-message-text'), rows: 5 };
    return {
      title: t(found === undefined ? 'demo.play-message' : 'demo.play-answer'),
      fields: [
        ...(found === undefined
          ? [
              {
                as: 'select' as const,
                name: 'topic',
                label: t('demo.play-topic'),
                placeholder: t('demo.play-choose'),
                value: '',
                options: topics.map(({ code, name }) => ({ value: code, label: inLanguage(name, language) })),
                rule: oneOf(
                  topics.map(({ code }) => code),
                  'demo.play-topic-missing',
                ),
              },
            ]
          : []),
        ...textFields(text, ''),
        {
          as: 'one-of',
          name: 'ends',
          label: t('demo.play-message-ends'),
          value: 'open',
          options: [
            { value: 'open', label: t('demo.play-message-open') },
            { value: 'closed', label: t('demo.play-message-closed') },
          ],
          rule: oneOf(ENDS, 'demo.play-state-missing'),
        },
      ],
      say: (answers) => {
        const said = textOf(text, answers);
        if (said === null) return { is: 'faults', faults: [unanswered(text)] };
        return saying('message', {
          conversation: found?.id ?? null,
          topic: answers['topic'] ?? null,
          text: said,
          closes: answers['ends'] === 'closed' ? true : null,
        });
      },
    };
  },
};

const topicsOf = ({ topics, played }: Scene) =>
  [...topics.values()].filter((topic) => fits(topic, played.receipt));

function Entry({
  scene: { page, played, topics },
  conversation: { id, topic, answerBy, isClosed },
}: {
  readonly scene: Scene;
  readonly conversation: PlayedCase['conversations'][number];
}) {
  const { t, language, calendarDate } = page.words;
  const found = topics.get(topic);
  const name = found === undefined ? t('inbox.topic-unknown') : inLanguage(found.name, language);
  return (
    <li class="portico-entry">
      <div class="portico-entry__what">
        <p class="portico-entry__name">{name}</p>
        <p class="portico-entry__facts">
          {answerBy === null ? (
            <Tag kind={isClosed ? 'ended' : 'good'}>{t(isClosed ? 'inbox.closed' : 'inbox.answered')}</Tag>
          ) : (
            <Tag kind="attention">{t('demo.play-answer-by', { date: calendarDate(answerBy) })}</Tag>
          )}
        </p>
      </div>
      <p class="portico-entry__actions">
        <a href={playPath(played.receipt, PATH, { conversation: id })}>
          {t('demo.play-answer')}
          <span class="usa-sr-only">: {name}</span>
        </a>
      </p>
    </li>
  );
}
