export { identityRoutes } from './routes.ts';
export { type IdentityParts, makeIdentity } from './rules.ts';
export { identityWork } from './work.ts';
