import './elements.ts';
import type { Page } from './page.ts';

/**
 * Keeps the parts of the page that are marked `data-live="name"` as the server would draw them now, and says when one has
 * changed. In them `data-key` names a thing that is marked when it is new, and `data-changes` one that is marked when
 * something in it changes. Does nothing where no part is marked, and without script.
 */
export function Live({ page }: { readonly page: Page }) {
  const { visitor, words, now } = page;
  if (visitor.is === 'stranger') return null;
  return (
    <portico-live
      src="/changes"
      drawn={now.toISOString()}
      session={visitor.endsAt.toISOString()}
      data-changed={words.t('ui.live-changed')}
      data-new={words.t('ui.live-new')}
      data-updated={words.t('ui.live-updated')}
    >
      <p class="usa-sr-only" aria-live="polite" />
    </portico-live>
  );
}
