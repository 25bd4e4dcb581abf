import type { ComponentChildren } from 'preact';
import type { Page } from './page.ts';

export type FormProps = {
  readonly page: Page;
  /** Where it posts to; the page's own URL when left out. */
  readonly action?: string;
  /** Whether what was typed is kept when the session times out. Passwords and codes never are. */
  readonly keep?: boolean;
  readonly children: ComponentChildren;
};

/** A form that posts, with the CSRF token of its page; the server alone validates. */
export function Form({ page, action, keep = false, children }: FormProps) {
  return (
    <form
      class="portico-form"
      method="post"
      noValidate
      {...(action === undefined ? {} : { action })}
      {...(keep ? { 'data-keep': '' } : {})}
    >
      <input type="hidden" name="_csrf" value={page.csrf} />
      {children}
    </form>
  );
}
