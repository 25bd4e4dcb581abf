export type { SignInAside } from './pages.tsx';
export { signInRoutes } from './routes.tsx';
export { makeSignIn, type SignIn } from './sign-in.ts';
