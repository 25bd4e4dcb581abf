import type { ComponentChildren } from 'preact';

export type AboutLinkProps = {
  readonly href: string;
  readonly text: string;
  /** What it's about, said to those who hear the link alone. */
  readonly about: ComponentChildren;
};

/** A link of an entry, beside others that say the same of other entries. */
export function AboutLink({ href, text, about }: AboutLinkProps) {
  return (
    <a href={href}>
      {text}
      <span class="usa-sr-only"> {about}</span>
    </a>
  );
}
