/**
 * Every kind of change: whether it is of a case or of an account, and what its `ref` names. Each room that notes changes
 * has its kinds here.
 */
export const CHANGE_KINDS = {
  /** The agency told of an event of a case; `ref` is the event's id. */
  'case-moved': { of: 'case' },
} as const satisfies Record<string, { readonly of: 'case' | 'account' }>;

type Kinds = typeof CHANGE_KINDS;

export type ChangeKind = keyof Kinds;

/** Whom a change concerns: who may read the case, or one account. */
type Concerned = {
  readonly case: { readonly receipt: string };
  readonly account: { readonly accountId: string };
};

/** A change as whoever makes it notes it: that it happened and where to look, and never what it says. */
export type Noted = {
  [Kind in ChangeKind]: Concerned[Kinds[Kind]['of']] & {
    readonly kind: Kind;
    readonly ref: string;
    /** When it happened, which may be long before it is noted. */
    readonly at: Date;
  };
}[ChangeKind];
