/** Somebody of the agency who does something for a person by a command. */
export type Operator = {
  /** As they are told apart from other operators. */
  readonly name: string;
  /** With which login of the machine they did it. */
  readonly login: string;
};

/** What an event keeps of who did it, for the agency; the person's own copy leaves it out. */
export const OPERATOR_FIELDS = ['operator', 'login'] as const;

/** Who did it, as a part of an event's detail. */
export const byOperator = ({
  name,
  login,
}: Operator): Readonly<Record<(typeof OPERATOR_FIELDS)[number], string>> => ({ operator: name, login });

/** A name in one spelling, so that one operator is not two by capitals or accents that are written in two ways. */
export const operatorName = (typed: string): string => typed.trim().normalize('NFKC').toLowerCase();

const NAME = /^[\p{L}\p{M}\p{N}._@-]{1,64}$/u;

/** Whether a name in its one spelling can be that of an operator: letters, digits and `. _ @ -`. */
export const isOperatorName = (name: string): boolean => NAME.test(name);
