import type { ComponentChildren } from 'preact';

/**
 * Has a browser that translates a page leave an element as it is. The types of Preact know `translate` as a boolean alone, of which
 * `false` is not written at all, so that this type does not name it.
 */
export const UNTRANSLATED: object = { translate: 'no' };

/** The attributes of what is copied, typed or read out letter by letter. */
export const VERBATIM: { readonly dir: 'ltr' } = { dir: 'ltr', ...UNTRANSLATED };

/** A code, a number, an email or an address of the web, which stays as it is in every language. */
export function Verbatim({
  class: name,
  children,
}: {
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <bdi {...VERBATIM} {...(name === undefined ? {} : { class: name })}>
      {children}
    </bdi>
  );
}

/** The same in a text that marks it by a tag. */
export const verbatim = (chunks: ComponentChildren) => <Verbatim>{chunks}</Verbatim>;
