import { expect, test } from 'vitest';
import { signedInVisitor, testPage } from '../../testing/page.ts';
import { ErrorPage, Layout, type Page, renderPage } from './index.ts';

const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;

const render = (page: Page, title = 'A page', error = false) =>
  renderPage(
    <Layout page={page} title={title} error={error}>
      <h1>{title}</h1>
    </Layout>,
  );

test('says its language and its direction', () => {
  expect(render(testPage('es'))).toContain('<html lang="es" dir="ltr">');
  const english = testPage();
  const mirrored = render({ ...english, words: { ...english.words, language: 'ar', direction: 'rtl' } });
  expect(mirrored).toContain('<html lang="ar" dir="rtl">');
});

test('begins its title with "Error:" only when answers were refused', () => {
  expect(render(testPage())).toContain('<title>A page – Arcadia Immigration Service</title>');
  expect(render(testPage(), 'A page', true)).toContain('<title>Error: A page – Arcadia');
});

test('says on every page of the demonstration that it is one, in each language', () => {
  expect(render(testPage())).toContain('<strong>This is a demonstration.</strong> Arcadia is fictional.');
  expect(render(testPage('es'))).toContain('<strong>Esto es una demostración.</strong>');
});

test('says it of a fictional agency outside the demonstration too, and never of a real one', () => {
  const page = testPage('en', { demo: false });
  expect(render(page)).toContain('Arcadia is fictional.');
  expect(render({ ...page, agency: { ...page.agency, fictional: false } })).not.toContain('demonstration');
});

test('shows the official banner only where the agency has one', () => {
  const page = testPage('en', { demo: false });
  const real = { ...page.agency, fictional: false };
  expect(render({ ...page, agency: real })).not.toContain('portico-banner');
  const agency = {
    ...real,
    officialBanner: { suffixes: ['.example'], text: { en: 'Official text' } },
  };
  expect(render({ ...page, agency })).toContain('Official text');
});

test('offers each language with a link that keeps the query and leads nowhere else', () => {
  const page = render(testPage('en', { path: '/cases?after=3&lang=en&q=a%26b#top' }));
  expect(page).toContain('href="?after=3&amp;lang=es&amp;q=a%26b" lang="es" dir="ltr" hreflang="es"');
  expect(page).toContain('aria-current="true">English</span>');
  expect(render(testPage('en', { path: '//evil.example/?x=1' }))).toContain('href="?x=1&amp;lang=es"');
});

test('marks where one is in the menu, on the page itself and below it', () => {
  const navigation = [{ href: '/cases', word: 'ui.day' }] as const;
  expect(render(testPage('en', { navigation, path: '/cases?page=2' }))).toContain('aria-current="page"');
  expect(render(testPage('en', { navigation, path: '/cases/ARC1' }))).toContain(
    '<a href="/cases" aria-current="true"',
  );
  expect(render(testPage('en', { navigation, path: '/cases-of-others' }))).not.toContain(
    '<a href="/cases" aria-current',
  );
});

test('has one menu, which the browser itself opens, and shows a stranger the languages outside of it', () => {
  const navigation = [{ href: '/cases', word: 'ui.day' }] as const;
  const menuOf = (page: string) => page.slice(page.indexOf('id="menu"'), page.indexOf('</header>'));
  for (const visitor of [signedInVisitor('Ana'), { is: 'stranger' }] as const) {
    const page = render(testPage('en', { navigation, visitor }));
    expect(page.match(/popovertarget="menu"/g)).toHaveLength(2);
    expect(page.match(/id="menu" popover="auto"/g)).toHaveLength(1);
    expect(page.match(/portico-languages/g)).toHaveLength(1);
    expect(menuOf(page)).toContain('class="portico-nav"');
    expect(menuOf(page).includes('portico-languages')).toBe(visitor.is === 'signed-in');
    expect(menuOf(page).includes('portico-account__name')).toBe(visitor.is === 'signed-in');
  }
});

test('lets only those who are signed in sign out, and watches only their session (ASVS 7.4.4)', () => {
  const stranger = render(testPage());
  expect(stranger).not.toContain('action="/sign-out"');
  expect(stranger).not.toContain('portico-session');
  const signedIn = render(testPage('en', { visitor: signedInVisitor('Ana') }));
  expect(signedIn).toContain(
    '<form method="post" action="/sign-out"><input type="hidden" name="_csrf" value="csrf-of-the-page"/>',
  );
  expect(signedIn).toContain('now="2026-03-12T12:00:00.000Z" idle-ends-at="2026-03-12T12:30:00.000Z"');
});

test.each(['Нгуен Тхі Ань', '王小明', 'محمد عبد الله', "Siobhán O'Brien-Müller", 'နန်းခမ်း'])(
  'writes the name %s as it is, apart from the direction around it',
  (name) => {
    const page = render(testPage('en', { visitor: signedInVisitor(name) }));
    expect(page).toContain(`<bdi class="portico-account__name">${name}</bdi>`);
  },
);

test('lets no text become markup (ASVS 1.2.1)', () => {
  const page = render(
    testPage('en', { path: `/x?y=${HOSTILE}`, csrf: HOSTILE, visitor: signedInVisitor(HOSTILE) }),
    HOSTILE,
    true,
  );
  expect(page).not.toMatch(/<script>|<img src=x/);
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).toContain('&lt;script>');
});

test('carries nothing inline that the content security policy would stop', () => {
  const page = render(testPage('en', { visitor: signedInVisitor('Ana') }));
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|src="data:|<script(?![^>]*src=)/);
});

test('an error page says what to do and leads to where the person belongs', () => {
  const view = (page: Page) => (
    <ErrorPage
      page={page}
      status={404}
      title="Not found"
      text="It has moved."
      advice={['Look at the address.']}
    />
  );
  expect(renderPage(view(testPage()))).toContain('<li>Look at the address.</li>');
  expect(renderPage(view(testPage()))).toContain('<a class="usa-button" href="/">');
  expect(renderPage(view(testPage('en', { visitor: signedInVisitor('Ana') })))).toContain(
    'class="usa-button" href="/home"',
  );
});
