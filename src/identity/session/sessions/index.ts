export { type Asked, type EndedHow, missingProof, PROTECTED, signedIn } from './access.ts';
export { endByAgency } from './end-by-agency.ts';
export { OfferSigningOut } from './pages.tsx';
export { sessionPolicy } from './policy.ts';
export { sessionRoutes } from './routes.tsx';
export { type ListedSession, makeSessions, readKeptForms, type Session, type Sessions } from './sessions.ts';
export { lockSession } from './store.ts';
export { SESSION_TABLES } from './tables.ts';
