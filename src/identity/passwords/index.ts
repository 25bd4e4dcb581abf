export { FAULT_WORDS, normalPassword, type PasswordFault, passwordRules, type PasswordRules, type PasswordVerdict, SCORE_WORDS } from './passwords.ts';
