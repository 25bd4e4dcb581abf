export { PASSWORD_ACTIVITY } from './activity-labels.ts';
export { makePasswordChange, type PasswordChange } from './password-change.ts';
export { passwordChangeRoutes } from './routes.tsx';
