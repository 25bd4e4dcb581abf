import type { Database } from '../../platform/database/index.ts';
import type { Mailer, Reader } from '../../platform/messages/index.ts';
import type { AlertChannel } from './choices.ts';

/** That something changed, and how much. It has no place for what, so that no mail or text can say it. */
export type Alert = {
  /** Also that of its email, and so the first part of the Message-ID. */
  readonly id: string;
  readonly count: number;
};

/** Where a person ends alerts by email, without signing in; for programs the same stands below `/api` (RFC 8058). */
export const END_PAGE = '/alerts/unsubscribe';

/** Puts an alert on its way, in the caller's transaction. It waits for every message that cannot. */
export async function writeAlert(
  transaction: Database,
  mailer: Mailer,
  { count }: Alert,
  to: {
    readonly id: string;
    readonly channel: AlertChannel;
    readonly reader: Reader;
    readonly endingToken: string;
  },
): Promise<void> {
  const sending = { id: to.id, canWait: true };
  if (to.channel === 'sms')
    return mailer.text(transaction, to.reader, ({ t }, { host }) => t('alerts.sms', { host }), sending);
  const query = new URLSearchParams({ token: to.endingToken });
  return mailer.letter(
    transaction,
    to.reader,
    ({ t }, { agency, shortName, page }) => ({
      subject: t('alerts.mail-subject', { agency: shortName }),
      title: t('alerts.mail-title'),
      paragraphs: [t('alerts.mail-text', { count, agency }), t('alerts.mail-why')],
      link: { text: t('alerts.mail-link'), href: page('/home') },
      unsubscribe: {
        text: t('alerts.mail-end'),
        href: page(`${END_PAGE}?${query}`),
        post: page(`/api${END_PAGE}?${query}`),
      },
    }),
    sending,
  );
}
