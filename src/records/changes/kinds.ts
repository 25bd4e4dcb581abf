/**
 * Every kind of change, and whether it is of a case, of an account, of what one account alone sees of a case, of a conversation,
 * which one account reads and which may be about no case, or what a person did themselves in a case, which is no news to them.
 * What its `ref` names can be opened by whoever may
 * read the case, from the moment at which the change can be seen.
 */
type Kinds = {
  /** The agency told of an event of a case; `ref` is the event's id. */
  readonly 'case-moved': 'case';
  /** The agency wrote a paper; `ref` is the document's id, as of the two that follow. */
  readonly 'document-issued': 'case';
  readonly 'document-replaced': 'case';
  readonly 'document-withdrawn': 'case';
  /** The agency asks for papers; `ref` is the request's id, as of those that follow. */
  readonly 'evidence-requested': 'case';
  readonly 'evidence-answered': 'case';
  readonly 'evidence-expired': 'case';
  readonly 'evidence-withdrawn': 'case';
  /** It is open again, or due on another day. */
  readonly 'evidence-reopened': 'case';
  /** A time may be chosen; `ref` is the appointment's id, as of those that follow. */
  readonly 'appointment-offered': 'case';
  /** The agency fixed its time, or the person chose it. */
  readonly 'appointment-fixed': 'case';
  readonly 'appointment-chosen': 'case';
  /** The person said that they come, or what they need there. */
  readonly 'appointment-confirmed': 'case';
  readonly 'appointment-moved': 'case';
  readonly 'appointment-cancelled': 'case';
  readonly 'appointment-done': 'case';
  readonly 'appointment-missed': 'case';
  /** The agency took a case out of the account; `ref` is the receipt of what it may not read any more. */
  readonly 'case-released': 'account';
  /** What became of a copy on paper for whoever asked for it; `ref` is the document's id. */
  readonly 'paper-copy-sent': 'one-reader';
  readonly 'paper-copy-refused': 'one-reader';
  /** The office of a case has what a person said of where they live; `ref` is the version's id, as of the one that follows. */
  readonly 'contact-acknowledged': 'one-reader';
  /** A person said where they live, for the office of each open case. */
  readonly 'contact-changed': 'own-act';
  /** A person wrote; `ref` is the message's id, as of the one that follows. */
  readonly 'message-sent': 'conversation';
  /** The agency said that it has it. */
  readonly 'message-acknowledged': 'conversation';
  /** The agency wrote; `ref` is the conversation's id, as of the one that follows. */
  readonly 'message-received': 'conversation';
  readonly 'conversation-closed': 'conversation';
};

export type ChangeKind = keyof Kinds;

type Of<Whom> = { [Kind in ChangeKind]: Kinds[Kind] extends Whom ? Kind : never }[ChangeKind];

/** What is told as news of a case; what is new in a conversation is told by what its reader has not read. */
export type NewsKind = Of<'case'> | Of<'one-reader'>;

/** What the agency says in a conversation, which is new to its reader until they read it. */
export type WrittenKind = 'message-received' | 'conversation-closed';

type What<Kind> = {
  readonly kind: Kind;
  readonly ref: string;
  /** When it happened, which may be long before it is noted. */
  readonly at: Date;
};

/** A change as whoever makes it notes it: that it happened and where to look, and never what it says. */
export type Noted =
  | (What<Of<'case'>> & { readonly receipt: string })
  | (What<Of<'account'>> & { readonly accountId: string })
  | (What<Of<'one-reader'> | Of<'own-act'>> & { readonly receipt: string; readonly accountId: string })
  | (What<Of<'conversation'>> & { readonly receipt: string | null; readonly accountId: string });

/** From where a change came in. */
export type ChangeSource = 'feed' | 'api' | 'person' | 'office' | 'system';

/** A change as it is read. */
export type Change = {
  /** Grows in the order of commits. */
  readonly seq: string;
  readonly id: string;
  readonly source: ChangeSource;
  readonly recordedAt: Date;
} & (
  | (What<Of<'case'>> & { readonly receipt: string; readonly accountId: null })
  | (What<Of<'account'>> & { readonly receipt: null; readonly accountId: string })
  | (What<Of<'one-reader'> | Of<'own-act'>> & { readonly receipt: string; readonly accountId: string })
  | (What<Of<'conversation'>> & { readonly receipt: string | null; readonly accountId: string })
);
