import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isOperatorName, type Operator, operatorName } from '../../identity/core/operators/index.ts';

/** Who started a process, by what the process and the machine say. */
export type Caller = {
  /** What sudo says, or whoever else set the environment. */
  readonly sudoUser: string | undefined;
  /** As whom the process runs. */
  readonly uid: number | undefined;
  readonly login: string;
  /** As whom somebody signed in to the machine, as the kernel keeps it over sudo; null where it does not. */
  readonly loginUid: number | null;
  /** The number of a login; null where the machine knows none. */
  readonly uidOf: (login: string) => number | null;
};

const ROOT = 0;
/** What the kernel says where nobody signed in (proc_pid_loginuid(5)). */
const UNSET = 4_294_967_295;

/**
 * Who does it: as they say, with the login of the process. Only root is believed whom sudo was used by, since anybody sets a
 * variable; where the kernel has another number for whoever is there, it goes with it.
 * @throws where that is no name
 */
export function readOperator(as: string | undefined, caller: Caller): Operator {
  const sudoUser = caller.uid === ROOT ? caller.sudoUser : undefined;
  const login = sudoUser ?? caller.login;
  const name = operatorName(as ?? login);
  if (!isOperatorName(name))
    throw new Error(
      'say who you are: --as takes a name of at most 64 letters, digits and . _ @ - without spaces',
    );
  if (sudoUser === undefined) return { name, login };
  const uid = caller.loginUid ?? ROOT;
  return caller.uidOf(sudoUser) === uid ? { name, login } : { name, login, uid };
}

/** Who started this process. */
export const thisCaller = (): Caller => ({
  sudoUser: process.env['SUDO_USER'],
  uid: process.getuid?.(),
  login: ownLogin(),
  loginUid: readLoginUid(),
  uidOf,
});

/** The login of this process; a container may run under a number that has no name. */
function ownLogin(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

function readLoginUid(): number | null {
  try {
    const uid = Number.parseInt(readFileSync('/proc/self/loginuid', 'utf8'), 10);
    return Number.isNaN(uid) || uid === UNSET ? null : uid;
  } catch {
    return null;
  }
}

/** As the machine's own list has it; who comes from a directory is none of these. */
function uidOf(login: string): number | null {
  try {
    const own = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === login);
    return own === undefined ? null : Number(own[2]);
  } catch {
    return null;
  }
}
