export {
  FAULT_WORDS,
  normalPassword,
  type PasswordFault,
  type PasswordRules,
  type PasswordVerdict,
  passwordRules,
  SCORE_WORDS,
} from './passwords.ts';
