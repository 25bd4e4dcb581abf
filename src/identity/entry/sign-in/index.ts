export { SIGN_IN_ACTIVITY } from './activity-labels.ts';
export { signInCookie } from './cookie.ts';
export { signInPolicy } from './policy.ts';
export { signInRoutes } from './routes.tsx';
export { makeSignIn, type SignIn } from './sign-in.ts';
export { SIGN_IN_TABLES } from './tables.ts';
