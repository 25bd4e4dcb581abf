import { namedIn, type PlayKind, playPath, saying } from '../kind.ts';

const PATH = 'contact';

/** That the office has what a person said of where they live. */
export const contact: PlayKind = {
  path: PATH,
  offers: ({ page, played }) => {
    const { t, date } = page.words;
    if (played.contacts.length === 0) return null;
    return (
      <section>
        <h2>{t('demo.play-contact')}</h2>
        <ul class="portico-entries">
          {played.contacts.map(({ contact: id, at }) => (
            <li class="portico-entry" key={id}>
              <div class="portico-entry__what">
                <p class="portico-entry__name">{t('demo.play-contact-sent', { date: date(at) })}</p>
              </div>
              <p class="portico-entry__actions">
                <a href={playPath(played.receipt, PATH, { contact: id })}>{t('demo.play-contact-confirm')}</a>
              </p>
            </li>
          ))}
        </ul>
      </section>
    );
  },
  form: ({ page, played }, query) => {
    const asked = namedIn(query, 'contact');
    const found = played.contacts.find(({ contact: id }) => id === asked);
    if (found === undefined) return null;
    const { t, date } = page.words;
    return {
      title: t('demo.play-contact-title'),
      text: t('demo.play-contact-text', { date: date(found.at) }),
      fields: [],
      say: () => saying('contact-acknowledged', { contact: found.contact }),
    };
  },
};
