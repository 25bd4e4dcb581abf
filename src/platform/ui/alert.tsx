import type { ComponentChildren } from 'preact';
import { Icon } from './icon.tsx';
import type { Page } from './page.ts';

export type AlertKind = 'info' | 'success' | 'warning' | 'error';

export type AlertProps = {
  readonly page: Page;
  readonly kind: AlertKind;
  /** A short title; without one the kind is said to those who do not see the picture. */
  readonly title?: string;
  /** The level of the title among the page's headings. */
  readonly level?: 2 | 3;
  readonly children?: ComponentChildren;
};

const WORDS = {
  info: 'ui.alert-info',
  success: 'ui.alert-success',
  warning: 'ui.alert-warning',
  error: 'ui.alert-error',
} as const;

/** A message to the person. Success is announced politely, an error at once; the others are read in place. */
export function Alert({ page, kind, title, level = 2, children }: AlertProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  const role = { info: undefined, warning: undefined, success: 'status', error: 'alert' } as const;
  return (
    <div
      class={`portico-alert portico-alert--${kind}`}
      {...(role[kind] === undefined ? {} : { role: role[kind] })}
    >
      <Icon name={kind} />
      <div class="portico-alert__body">
        {title === undefined ? (
          <span class="usa-sr-only">{page.words.t(WORDS[kind])}: </span>
        ) : (
          <Heading class="portico-alert__title">{title}</Heading>
        )}
        {children}
      </div>
    </div>
  );
}
