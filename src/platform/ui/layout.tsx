import type { ComponentChildren } from 'preact';
import { inLanguage } from '../agency/index.ts';
import { Banner } from './banner.tsx';
import { Footer } from './footer.tsx';
import { Header } from './header.tsx';
import { Live } from './live.tsx';
import type { Page } from './page.ts';
import { Refilled, wasRefused } from './refilled.tsx';
import { Session } from './session.tsx';

export type LayoutProps = {
  readonly page: Page;
  /** The page's title, the same as its `<h1>`. */
  readonly title: string;
  /** Whether answers were refused: "Error:" then stands before the title. */
  readonly error?: boolean;
  /** `task`: one narrow column, for doing one thing. `wide`: for lists and overviews. */
  readonly width?: 'task' | 'wide';
  /**
   * The name under which the main part is kept as the server would draw it now; none for pages that stay as they are, as
   * every page does that shows refused answers.
   */
  readonly live?: string;
  /** What a page has to add to the message that its form was not taken. */
  readonly refillNote?: ComponentChildren;
  readonly children: ComponentChildren;
};

/** The whole document around a page's own content, which brings its one `<h1>`. */
export function Layout({
  page,
  title,
  error: own = false,
  width = 'task',
  live,
  refillNote,
  children,
}: LayoutProps) {
  const { words, agency } = page;
  const error = own || wasRefused(page);
  const full = `${title} – ${inLanguage(agency.name, words.language)}`;
  const kept = error || page.refill !== null ? undefined : live;
  return (
    <html lang={words.language} dir={words.direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{error ? words.t('ui.error-title', { title: full }) : full}</title>
        <meta name="format-detection" content="telephone=no" />
        <link rel="stylesheet" href={page.asset('portico.css')} />
        <link rel="icon" type="image/svg+xml" href={page.asset('favicon.svg')} />
        <script type="module" src={page.asset('portico.js')} />
      </head>
      <body>
        <a class="usa-skipnav" href="#main">
          {words.t('ui.skip-to-content')}
        </a>
        <Banner page={page} />
        <Header page={page} live={kept !== undefined} />
        <main class={`portico-main portico-main--${width}`} id="main" tabIndex={-1} data-live={kept}>
          <Refilled page={page}>{refillNote}</Refilled>
          {children}
        </main>
        <Footer page={page} />
        <Session page={page} />
        <Live page={page} />
      </body>
    </html>
  );
}
