import type { Agency } from '../agency/index.ts';
import type { PlainWordKey, Words } from '../i18n/index.ts';

/** What every page knows of the request that it answers. Handed to each view; views read nothing else. */
export type Page = {
  readonly words: Words;
  /** The languages to choose from, this page's own among them. */
  readonly languages: readonly Words[];
  readonly agency: Agency;
  /** Path and query of this page, for the language links and for coming back. */
  readonly path: string;
  /** A fresh CSRF token for the forms of this page. */
  readonly csrf: string;
  readonly visitor: Visitor;
  /** The main navigation, already chosen for this visitor. */
  readonly navigation: readonly NavigationLink[];
  /** Whether this is the demonstration with its mailbox and its people. */
  readonly demo: boolean;
  /** Whether it is read on a phone or a tablet, as far as the browser says. */
  readonly handheld: boolean;
  /** What goes back into a form of this page; null where nothing was typed before. */
  readonly refill: Refill | null;
  /** Of which session its forms are, signed; null for a stranger. */
  readonly formOwner: string | null;
  /** What tells whoever is at the browser from whoever used it before a session ended there; empty where none did. */
  readonly visit: string;
  /** When the server made this page; the session's clock in the browser is set by it. */
  readonly now: Date;
  /** The hashed URL of a built client file, by its source name, such as `portico.css`. */
  asset(name: string): string;
};

export type Visitor =
  | { readonly is: 'stranger' }
  | {
      readonly is: 'signed-in';
      readonly name: string;
      /** When the session ends unless the person does something. */
      readonly idleEndsAt: Date;
      /** When the session ends whatever the person does. */
      readonly endsAt: Date;
      /** How many things they have not read. */
      readonly unread: number;
    };

/** What was typed into a form that was not taken, and why it stands there again. Never a secret. */
export type Refill = {
  /** Null where the person knows, having asked for another language. */
  readonly why: RefillReason | null;
  /** The path to which the form is posted; null for the form that the page is about. */
  readonly action: string | null;
  readonly typed: Readonly<Record<string, string>>;
  /** Whether something was typed that has to be typed anew. */
  readonly hadSecrets: boolean;
  /** Whether it came with files, which have to be chosen anew. */
  readonly hadFiles: boolean;
};

export type RefillReason =
  | { readonly is: 'stale' }
  | { readonly is: 'limit'; readonly seconds: number }
  | { readonly is: 'failed' }
  | { readonly is: 'kept' };

export type NavigationLink = {
  readonly href: string;
  readonly word: PlainWordKey;
  /** Whether it says how many things are not read. */
  readonly counts?: 'unread';
};
