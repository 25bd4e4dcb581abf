import type { ComponentChildren } from 'preact';
import { ButtonLink } from './button.tsx';
import { Layout } from './layout.tsx';
import type { Page } from './page.ts';

export type ErrorPageProps = {
  readonly page: Page;
  readonly status: number;
  /** What happened, without blame. */
  readonly title: string;
  readonly text: string;
  /** What the person can do now: one sentence each. */
  readonly advice?: readonly string[];
  /** What most people want next, where that is not the start page. */
  readonly next?: { readonly href: string; readonly text: string } | undefined;
  /** A form to try again, before any way out. */
  readonly again?: ComponentChildren;
  /** Anything more. */
  readonly children?: ComponentChildren;
};

/** A whole page that says what went wrong, what to do, and the way to the start page. */
export function ErrorPage({ page, status, title, text, advice = [], next, again, children }: ErrorPageProps) {
  const home = {
    href: page.visitor.is === 'signed-in' ? '/home' : '/',
    text: page.words.t('ui.go-home'),
  };
  const first = next ?? home;
  return (
    <Layout page={page} title={title}>
      <div class="portico-error-page">
        <div class="portico-error-page__status">{status}</div>
        <h1>{title}</h1>
        <p class="portico-lead">{text}</p>
        {advice.length === 0 ? null : (
          <ul class="portico-list">
            {advice.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        {again}
        <p>
          {again === undefined ? (
            <ButtonLink href={first.href}>{first.text}</ButtonLink>
          ) : (
            <a href={first.href}>{first.text}</a>
          )}
        </p>
        {children}
        {first === home ? null : (
          <p>
            <a href={home.href}>{home.text}</a>
          </p>
        )}
      </div>
    </Layout>
  );
}
