import type { ComponentChildren } from 'preact';

/** `primary`: what the page is for, one a page. `secondary`: another way. `quiet`: as a link. `danger`: undoes or ends. */
export type ButtonKind = 'primary' | 'secondary' | 'quiet' | 'danger';

export const CLASSES: Readonly<Record<ButtonKind, string>> = {
  primary: 'usa-button',
  secondary: 'usa-button usa-button--outline',
  quiet: 'usa-button usa-button--unstyled',
  danger: 'usa-button portico-button--danger',
};

export type ButtonProps = {
  readonly kind?: ButtonKind;
  /** What is posted when this button is the one pressed. */
  readonly name?: string;
  readonly value?: string;
  /** Where an error summary leads to it. */
  readonly id?: string;
  readonly children: ComponentChildren;
};

/** A button that posts its form. */
export function Button({ kind = 'primary', name, value, id, children }: ButtonProps) {
  return (
    <button
      class={CLASSES[kind]}
      type="submit"
      {...(name === undefined ? {} : { name })}
      {...(value === undefined ? {} : { value })}
      {...(id === undefined ? {} : { id })}
    >
      {children}
    </button>
  );
}

export type ButtonLinkProps = {
  readonly href: string;
  readonly kind?: ButtonKind;
  readonly children: ComponentChildren;
};

/** A link that looks like a button, for going to what comes next. */
export function ButtonLink({ href, kind = 'primary', children }: ButtonLinkProps) {
  return (
    <a class={CLASSES[kind]} href={href}>
      {children}
    </a>
  );
}

/** Buttons side by side, or one above the other where there is no room. */
export function Buttons({ children }: { readonly children: ComponentChildren }) {
  return <div class="portico-buttons">{children}</div>;
}
