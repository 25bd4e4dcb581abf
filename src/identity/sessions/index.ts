export { signedIn } from './access.ts';
export { sessionRoutes } from './routes.tsx';
export { makeSessions, type Session, type Sessions } from './sessions.ts';
