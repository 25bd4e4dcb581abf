import type { ComponentChildren } from 'preact';
import { ButtonLink } from './button.tsx';

export type NextStepProps = {
  /** A word above the title, such as "Next step". */
  readonly eyebrow: string;
  readonly title: string;
  readonly level?: 2 | 3;
  /** `attention` when the person has to act; `calm` when there is nothing to do but wait. */
  readonly tone?: 'attention' | 'calm';
  readonly action?: { readonly href: string; readonly text: string };
  /** Names what it is about, so that an open page marks it as new when it is of something else. */
  readonly about?: string | undefined;
  readonly children?: ComponentChildren;
};

/** What needs doing first, or that nothing does. One a page, above all else. */
export function NextStep({
  eyebrow,
  title,
  level = 2,
  tone = 'attention',
  action,
  about,
  children,
}: NextStepProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div class={`portico-next portico-next--${tone}`} data-key={about}>
      <p class="portico-next__eyebrow">{eyebrow}</p>
      <Heading class="portico-next__title">{title}</Heading>
      {children}
      {action === undefined ? null : (
        <p class="portico-next__action">
          <ButtonLink href={action.href}>{action.text}</ButtonLink>
        </p>
      )}
    </div>
  );
}
