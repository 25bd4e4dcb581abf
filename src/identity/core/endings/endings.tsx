import { z } from 'zod';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import { Alert, type Page } from '../../../platform/ui/index.ts';

/** What has just ended well, as the page after it says on top. Each with what else there is to know, if anything. */
const ENDINGS = {
  created: ['endings.created'],
  /** Got back with a new password; `safe` where that ended the alarm too. */
  back: ['endings.back', 'endings.back-password'],
  'back-safe': ['endings.back', 'endings.back-password', 'endings.safe'],
  /** Got back with a new second step. */
  anew: ['endings.back', 'endings.back-anew'],
  'anew-safe': ['endings.back', 'endings.back-anew', 'endings.safe'],
  /** Closing it was called off. */
  kept: ['endings.kept'],
} as const satisfies Record<string, readonly PlainWordKey[]>;

export type Ending = keyof typeof ENDINGS;

const isEnding = (text: string): text is Ending => Object.hasOwn(ENDINGS, text);
const Query = z.object({
  done: z.string().refine(isEnding).nullable().catch(null),
});

/** The address of a page that is to say so. Anybody can make one: it is only ever words, and none of them about anybody. */
export const withEnding = (path: string, done: Ending): string => `${path}?${new URLSearchParams({ done })}`;

export const endingOf = (query: unknown): Ending | null => Query.parse(query ?? {}).done;

export function EndingAlert({ page, ending }: { readonly page: Page; readonly ending: Ending | null }) {
  const { t } = page.words;
  if (ending === null) return null;
  const [title, ...more] = ENDINGS[ending];
  return (
    <Alert page={page} kind="success" title={t(title)}>
      {more.map((word) => (
        <p key={word}>{t(word)}</p>
      ))}
      {ending.endsWith('safe') ? (
        <p>
          <a href="/account/security">{t('endings.look')}</a>
        </p>
      ) : null}
    </Alert>
  );
}
