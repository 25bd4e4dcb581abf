import type { Stage } from './evidence.ts';

/** The page of each stage. */
export const PATHS = {
  link: '/recover/sent',
  code: '/recover/code',
  confirm: '/recover/confirm',
  hold: '/recover/wait',
  'new-password': '/recover/new-password',
  authenticator: '/recover/authenticator',
} as const satisfies Record<Stage, string>;
/** Where a code of another browser is entered. */
export const GO_ON = '/recover/go-on';
/** Asks first, then takes a way back out of a browser that others use too. */
export const LEAVE = '/recover/leave';
/** Asks whether to stop a way back, in the browser that is on it. */
export const GIVE_UP = '/recover/stop';
/** Signs whoever is signed in to another account out, and leads back. */
export const SIGN_OUT = '/recover/sign-out';
/** Leads to the step that is next. */
export const NEXT = '/recover/next';
