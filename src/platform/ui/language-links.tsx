import type { Page } from './page.ts';

/** Links to this same page in the agency's other languages; its own is named without a link. */
export function LanguageLinks({ page }: { readonly page: Page }) {
  if (page.languages.length < 2) return null;
  return (
    <nav class="portico-languages" aria-label={page.words.t('ui.language-label')}>
      <ul>
        {page.languages.map(({ language, direction, name }) => (
          <li key={language}>
            {language === page.words.language ? (
              <span lang={language} dir={direction} aria-current="true">
                {name}
              </span>
            ) : (
              <a
                href={inLanguage(page.path, language)}
                lang={language}
                dir={direction}
                hrefLang={language}
                rel="alternate"
              >
                {name}
              </a>
            )}
          </li>
        ))}
      </ul>
    </nav>
  );
}

// Only a query, which a browser adds to the path it is on: no path from a request can lead elsewhere.
function inLanguage(path: string, language: string): string {
  const [beforeHash = ''] = path.split('#');
  const start = beforeHash.indexOf('?');
  const query = new URLSearchParams(start === -1 ? '' : beforeHash.slice(start + 1));
  query.set('lang', language);
  return `?${query}`;
}
