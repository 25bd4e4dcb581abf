/** Somebody of the agency who does something for a person by a command. */
export type Operator = {
  /** As they are told apart from other operators. */
  readonly name: string;
  /** With which login of the machine they did it. */
  readonly login: string;
  /** The number that the kernel has for whoever is there, where it is not that of the login. */
  readonly uid?: number;
};

/** What an event keeps of who did it, for the agency; the person's own copy leaves it out. */
export const OPERATOR_FIELDS = ['operator', 'login', 'uid'] as const;

/** Who did it, as a part of an event's detail. */
export const byOperator = ({
  name,
  login,
  uid,
}: Operator): Readonly<Partial<Record<(typeof OPERATOR_FIELDS)[number], string>>> => ({
  operator: name,
  login,
  ...(uid === undefined ? {} : { uid: String(uid) }),
});

/** A name in one spelling, so that one operator is not two by capitals or accents that are written in two ways. */
export const operatorName = (typed: string): string => typed.trim().normalize('NFKC').toLowerCase();

const NAME = /^[\p{L}\p{M}\p{N}._@-]{1,64}$/u;

/** Whether a name in its one spelling can be that of an operator: letters, digits and `. _ @ -`. */
export const isOperatorName = (name: string): boolean => NAME.test(name);
