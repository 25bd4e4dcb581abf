import { inLanguage } from '../agency/index.ts';
import { LanguageLinks } from './language-links.tsx';
import type { NavigationLink, Page } from './page.ts';

/** What the button of a phone opens. */
const MENU = 'menu';

/**
 * The agency's name, the languages, the way in or out, and the main menu. A phone shows the name and a button that opens the
 * rest, which browsers do by themselves; one that cannot shows all of it.
 * @param live whether the counts of the menu are kept up to date, as the page is
 */
export function Header({ page, live }: { readonly page: Page; readonly live: boolean }) {
  const { agency, words, visitor } = page;
  const { t, language } = words;
  const home = visitor.is === 'signed-in' ? '/home' : '/';
  // Whoever cannot read this page's language has to find their own without opening anything.
  const isReadable = visitor.is === 'signed-in';
  return (
    <header class={isReadable ? 'portico-header' : 'portico-header portico-header--stranger'}>
      <div class="portico-header__inner">
        <a class="portico-brand" href={home}>
          <img class="portico-brand__logo" src={page.asset('logo.svg')} alt="" width="48" height="48" />
          <span class="portico-brand__name">{inLanguage(agency.name, language)}</span>
          <span class="portico-brand__short">{inLanguage(agency.shortName, language)}</span>
          <span class="usa-sr-only">, {t('ui.home-page')}</span>
        </a>
        <button class="portico-menu-button" type="button" popovertarget={MENU}>
          {t('ui.menu')}
        </button>
        {isReadable ? null : <LanguageLinks page={page} />}
        <div class="portico-menu" id={MENU} popover="auto">
          <div class="portico-menu__close">
            <button class="portico-menu-button" type="button" popovertarget={MENU} popovertargetaction="hide">
              {t('ui.menu-close')}
            </button>
          </div>
          {isReadable ? (
            <div class="portico-header__tools">
              <LanguageLinks page={page} />
              <Account page={page} />
            </div>
          ) : null}
          <Navigation page={page} live={live} />
        </div>
      </div>
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

function Navigation({ page, live }: { readonly page: Page; readonly live: boolean }) {
  if (page.navigation.length === 0) return null;
  return (
    <nav
      class="portico-nav"
      aria-label={page.words.t('ui.menu-label')}
      {...(live ? { 'data-live': 'navigation' } : {})}
    >
      <ul>
        {page.navigation.map((link) => (
          <li key={link.href}>
            <a href={link.href} {...current(link, page.path)}>
              {page.words.t(link.word)}
              {link.counts === undefined ? null : <Unread page={page} />}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Unread({ page: { visitor, words } }: { readonly page: Page }) {
  const unread = visitor.is === 'signed-in' ? visitor.unread : 0;
  if (unread === 0) return null;
  return (
    <>
      {' '}
      <span class="portico-nav__count" aria-hidden="true">
        {unread}
      </span>
      <span class="usa-sr-only">{words.t('ui.unread', { count: unread })}</span>
    </>
  );
}

function current(link: NavigationLink, path: string) {
  const [pathname] = path.split(/[?#]/);
  if (pathname === link.href) return { 'aria-current': 'page' } as const;
  return pathname?.startsWith(`${link.href}/`) === true ? ({ 'aria-current': 'true' } as const) : {};
}
