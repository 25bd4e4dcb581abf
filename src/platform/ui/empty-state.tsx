import type { ComponentChildren } from 'preact';

export type EmptyStateProps = {
  readonly title: string;
  readonly level?: 2 | 3;
  /** Why there is nothing, and what will bring something. */
  readonly children: ComponentChildren;
};

/** What stands where a list has nothing yet: a doorway, why, and what to do. */
export function EmptyState({ title, level = 2, children }: EmptyStateProps) {
  const Heading = level === 2 ? 'h2' : 'h3';
  return (
    <div class="portico-empty">
      <svg class="portico-empty__door" viewBox="0 0 72 72" aria-hidden="true" focusable="false">
        <path class="portico-empty__wall" d="M8 66V36a28 28 0 0 1 56 0v30" />
        <path class="portico-empty__way" d="M24 66V38a12 12 0 0 1 24 0v28Z" />
        <path class="portico-empty__wall" d="M2 66h68" />
      </svg>
      <Heading class="portico-empty__title">{title}</Heading>
      {children}
    </div>
  );
}
