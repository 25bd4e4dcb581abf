export { type BreachedPasswords, noBreachedPasswords, openBreachedPasswords } from './breached.ts';
export { tryCurrentPassword } from './current.ts';
export {
  FAULT_WORDS,
  normalPassword,
  type PasswordFault,
  type PasswordRules,
  type PasswordVerdict,
  passwordRules,
  sayVerdict,
} from './passwords.ts';
