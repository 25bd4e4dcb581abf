import type { Page } from '../../platform/ui/index.ts';
import { type Detail, detailIn } from '../../records/cases/index.ts';

/**
 * What the agency says in its own words, with its line breaks: in the reader's language, or marked as what there is in
 * another one.
 */
export function OwnWords({ page, said }: { readonly page: Page; readonly said: Detail }) {
  const { language } = page.words;
  const other = typeof said === 'string' || language in said ? undefined : Object.keys(said)[0];
  return (
    <bdi class="portico-own-words" {...(other === undefined ? {} : { lang: other })}>
      {detailIn(said, language)}
    </bdi>
  );
}
