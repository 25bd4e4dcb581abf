import type { CalendarDate } from '../i18n/index.ts';

/** A stretch of text. What was put into the words says its own direction, so that it never upsets theirs. */
export type Run = {
  readonly text: string;
  readonly strong?: true;
  readonly direction?: 'ltr' | 'rtl';
  /** BCP 47 tag, where it is not the language of the paper. */
  readonly language?: string;
};

/** One piece of what a paper says. Each way of showing one, as HTML or as PDF, draws all of them. */
export type Block =
  | { readonly is: 'heading'; readonly text: string }
  | { readonly is: 'paragraph'; readonly runs: readonly Run[] }
  /** What must not be missed, such as a date by which to answer. */
  | { readonly is: 'callout'; readonly title: string; readonly runs: readonly Run[] }
  | { readonly is: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Run[])[] }
  | { readonly is: 'facts'; readonly facts: readonly Fact[] }
  | { readonly is: 'address'; readonly label: string; readonly lines: readonly Run[] }
  | Verification;

export type Fact = { readonly label: string; readonly value: readonly Run[] };

/** How whoever is shown the paper finds out whether it is genuine: by a picture or by typing. */
export type Verification = {
  readonly is: 'verification';
  readonly title: string;
  readonly text: string;
  /** What the QR code opens. */
  readonly url: string;
  /** The address to type, as it is said. */
  readonly typed: string;
  /** Text instead of the QR code. */
  readonly alternative: string;
  readonly facts: readonly Fact[];
};

/** All that a paper says, in one language: the same for the page and for the PDF. */
export type PaperContent = {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly title: string;
  /** The day of the paper. It is also the date inside of the file, so that the same content is the same file. */
  readonly issued: CalendarDate;
  readonly sender: string;
  /** Name and address, a line each. */
  readonly recipient: readonly Run[];
  /** What names the paper: its date, the case. */
  readonly facts: readonly Fact[];
  readonly blocks: readonly Block[];
  /** On the foot of each page. */
  readonly footer: readonly string[];
  /** How a page says its number, with `{page}` and `{pages}`. */
  readonly pageNumber: string;
  /** Said on the PDF when a text had to be written in Latin letters. */
  readonly romanisedNote: string;
};
