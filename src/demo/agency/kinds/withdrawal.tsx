import { namedIn, type PlayKind, saying } from '../kind.ts';
import { documentName } from '../labels.tsx';

export const WITHDRAWAL_PATH = 'document-withdrawn';

/** That a notice is no longer good. It is offered where the notices are. */
export const withdrawal: PlayKind = {
  path: WITHDRAWAL_PATH,
  offers: () => null,
  form: ({ page, played, templates }, query) => {
    const asked = namedIn(query, 'document');
    const found = played.documents.find(({ event }) => event === asked);
    if (found === undefined) return null;
    const { t, calendarDate } = page.words;
    return {
      title: t('demo.play-withdraw-title'),
      text: t('demo.play-withdraw-text', {
        name: documentName(page, found, templates),
        date: calendarDate(found.issuedOn),
      }),
      fields: [],
      say: () => saying('document-withdrawn', { document: found.event }),
    };
  },
};
