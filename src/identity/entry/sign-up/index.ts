export { signUpMessages } from './messages.ts';
export { signUpPolicy } from './policy.ts';
export { signUpRoutes } from './routes.tsx';
export { enrollingOf, makeSignUp, type SignUpMessages, type SignUpParts } from './sign-up.ts';
export { SIGN_UP_TABLES } from './tables.ts';
