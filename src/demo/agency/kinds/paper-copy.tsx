import { oneOf } from '../fields.tsx';
import { namedIn, type PlayKind, playPath, saying } from '../kind.ts';
import { documentName } from '../labels.tsx';

const PATH = 'paper-copy';
const STATES = ['sent', 'refused'] as const;

/** What becomes of a copy on paper that somebody asked for. */
export const paperCopy: PlayKind = {
  path: PATH,
  offers: ({ page, played, templates }) => {
    const { t, date } = page.words;
    const asked = played.documents.flatMap((each) =>
      each.copyAskedAt === null ? [] : [{ ...each, copyAskedAt: each.copyAskedAt }],
    );
    if (asked.length === 0) return null;
    return (
      <section>
        <h2>{t('demo.play-copies')}</h2>
        <ul class="portico-entries">
          {asked.map((each) => (
            <li class="portico-entry" key={each.id}>
              <div class="portico-entry__what">
                <p class="portico-entry__name">
                  <bdi>{documentName(page, each, templates)}</bdi>
                </p>
                <p class="portico-entry__facts">
                  {t('demo.play-copy-asked', { date: date(each.copyAskedAt) })}
                </p>
              </div>
              <p class="portico-entry__actions">
                <a href={playPath(played.receipt, PATH, { document: each.event })}>
                  {t('demo.play-go-on')}
                  <span class="usa-sr-only">: {documentName(page, each, templates)}</span>
                </a>
              </p>
            </li>
          ))}
        </ul>
      </section>
    );
  },
  form: ({ page, played, templates }, query) => {
    const asked = namedIn(query, 'document');
    const found = played.documents.find(({ event, copyAskedAt }) => event === asked && copyAskedAt !== null);
    if (found === undefined) return null;
    const { t, calendarDate } = page.words;
    return {
      title: t('demo.play-copy-title'),
      text: t('demo.play-copy-text', {
        name: documentName(page, found, templates),
        date: calendarDate(found.issuedOn),
      }),
      fields: [
        {
          as: 'one-of',
          name: 'state',
          label: t('demo.play-copy-state'),
          value: 'sent',
          options: [
            { value: 'sent', label: t('demo.play-copy-sent') },
            { value: 'refused', label: t('demo.play-copy-refused') },
          ],
          rule: oneOf(STATES, 'demo.play-state-missing'),
        },
      ],
      say: ({ state }) => saying('paper-copy', { document: found.event, state }),
    };
  },
};
