export { signUpMessages } from './messages.ts';
export { signUpRoutes } from './routes.tsx';
export { makeSignUp, type SignUp } from './sign-up.ts';
