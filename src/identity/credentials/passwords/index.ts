export { type BreachedPasswords, noBreachedPasswords, openBreachedPasswords } from './breached.ts';
export { tryCurrentPassword } from './current.ts';
export { NewPasswordField } from './pages.tsx';
export {
  normalPassword,
  type PasswordFault,
  type PasswordRules,
  type PasswordVerdict,
  passwordRules,
  sayFault,
  sayVerdict,
} from './passwords.ts';
export { passwordData } from './personal-data.ts';
export { passwordPolicy } from './policy.ts';
