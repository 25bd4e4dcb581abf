export { signUpMessages } from './messages.ts';
export { signUpRoutes } from './routes.tsx';
export { makeSignUp, type SignUpMessages, type SignUpParts } from './sign-up.ts';
