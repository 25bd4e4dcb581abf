import { inLanguage } from '../agency/index.ts';
import { LanguageLinks } from './language-links.tsx';
import type { NavigationLink, Page } from './page.ts';

/** The agency's name, the languages, the way in or out, and the main menu. */
export function Header({ page }: { readonly page: Page }) {
  const { agency, words, visitor } = page;
  const name = inLanguage(agency.name, words.language);
  const home = visitor.is === 'signed-in' ? '/home' : '/';
  return (
    <header class="portico-header">
      <div class="portico-header__top">
        <a class="portico-brand" href={home} aria-label={words.t('ui.home-link', { agency: name })}>
          <img class="portico-brand__logo" src={page.asset('logo.svg')} alt="" width="48" height="48" />
          <span class="portico-brand__name">{name}</span>
        </a>
        <div class="portico-header__tools">
          <LanguageLinks page={page} />
          <Account page={page} />
        </div>
      </div>
      <Navigation page={page} />
    </header>
  );
}

function Account({ page }: { readonly page: Page }) {
  if (page.visitor.is === 'stranger') return null;
  return (
    <div class="portico-account">
      <bdi class="portico-account__name">{page.visitor.name}</bdi>
      <form method="post" action="/sign-out">
        <input type="hidden" name="_csrf" value={page.csrf} />
        <button class="portico-account__out" type="submit">
          {page.words.t('ui.sign-out')}
        </button>
      </form>
    </div>
  );
}

function Navigation({ page }: { readonly page: Page }) {
  if (page.navigation.length === 0) return null;
  return (
    <nav class="portico-nav" aria-label={page.words.t('ui.menu-label')}>
      <ul>
        {page.navigation.map((link) => (
          <li key={link.href}>
            <a href={link.href} {...current(link, page.path)}>
              {page.words.t(link.word)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function current(link: NavigationLink, path: string) {
  const [pathname] = path.split(/[?#]/);
  if (pathname === link.href) return { 'aria-current': 'page' } as const;
  return pathname?.startsWith(`${link.href}/`) === true ? ({ 'aria-current': 'true' } as const) : {};
}
