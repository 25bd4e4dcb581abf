import { useContext } from 'preact/hooks';
import { LANGUAGE_FIELD } from '../i18n/index.ts';
import { PageForms } from './form-context.ts';
import type { Page } from './page.ts';

/**
 * Leads to this same page in the agency's other languages; its own is named without a link. Where the page has a form to
 * fill in, the form goes along, so that nothing typed is lost, with or without script.
 */
export function LanguageLinks({ page }: { readonly page: Page }) {
  const { main } = useContext(PageForms);
  if (page.languages.length < 2) return null;
  return (
    <nav class="portico-languages" aria-label={page.words.t('ui.language-label')}>
      {main === null ? null : <FirstButton form={main} />}
      <ul>
        {page.languages.map(({ language, direction, name }) => (
          <li key={language}>
            {language === page.words.language ? (
              <span lang={language} dir={direction} aria-current="true">
                {name}
              </span>
            ) : main === null ? (
              <a
                href={inLanguage(page.path, language)}
                lang={language}
                dir={direction}
                hrefLang={language}
                rel="alternate"
              >
                {name}
              </a>
            ) : (
              <button
                type="submit"
                form={main}
                formNoValidate
                name={LANGUAGE_FIELD}
                value={language}
                lang={language}
                dir={direction}
              >
                {name}
              </button>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}

/**
 * Enter in a field presses the first button of its form in the document, which would be one of a language. So one comes
 * before them that only sends the form; it is there for no other purpose, and drawn, since WebKit skips what is not.
 */
function FirstButton({ form }: { readonly form: string }) {
  return <button class="usa-sr-only" type="submit" form={form} tabIndex={-1} aria-hidden="true" />;
}

// Only a query, which a browser adds to the path it is on: no path from a request can lead elsewhere.
function inLanguage(path: string, language: string): string {
  const [beforeHash = ''] = path.split('#');
  const start = beforeHash.indexOf('?');
  const query = new URLSearchParams(start === -1 ? '' : beforeHash.slice(start + 1));
  query.set('lang', language);
  return `?${query}`;
}
