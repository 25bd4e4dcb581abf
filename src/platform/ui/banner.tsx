import { inLanguage } from '../agency/index.ts';
import type { Page } from './page.ts';

/** What stands above everything: that this is a demonstration, or the agency's own official notice. */
export function Banner({ page }: { readonly page: Page }) {
  const { agency, words, demo } = page;
  const fictional = demo || agency.fictional;
  if (!fictional && agency.officialBanner === undefined) return null;
  return (
    <section class="portico-banner" aria-label={words.t('ui.demo-label')}>
      <p>
        {fictional
          ? words.rich('ui.demo-notice', {
              country: inLanguage(agency.country, words.language),
              b: (chunks) => <strong>{chunks}</strong>,
            })
          : inLanguage(agency.officialBanner?.text ?? {}, words.language)}
      </p>
    </section>
  );
}
