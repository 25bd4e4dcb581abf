import type { ComponentChildren } from 'preact';

/** A quiet white sheet that holds together what belongs together. */
export function Card({ children }: { readonly children: ComponentChildren }) {
  return <div class="portico-card">{children}</div>;
}

/** The sentence under a page's title that says what it is for. */
export function Lead({ children }: { readonly children: ComponentChildren }) {
  return <p class="portico-lead">{children}</p>;
}
