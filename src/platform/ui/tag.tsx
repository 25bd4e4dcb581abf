import type { ComponentChildren } from 'preact';

/** How a status stands for the person: nothing to do, good news, something to do, an end; or that it was not there before. */
export type TagKind = 'neutral' | 'good' | 'attention' | 'ended' | 'new';

/** A status in a word or two; the colour only underlines what the word says. */
export function Tag({
  kind = 'neutral',
  children,
}: {
  readonly kind?: TagKind;
  readonly children: ComponentChildren;
}) {
  return <span class={`portico-tag portico-tag--${kind}`}>{children}</span>;
}
