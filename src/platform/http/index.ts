export type { Access } from './access.ts';
export {
  browserSecret,
  deviceCookie,
  recoveryCookie,
  sessionCookie,
  signInCookie,
  signUpCookie,
} from './cookies.ts';
export { type Download, downloadHeaders } from './download.ts';
export { errorPage, HttpRefusal } from './errors.tsx';
export {
  type Fault,
  type FormResult,
  line,
  optionalLine,
  parseForm,
  sayFaults,
  secret,
  type Typed,
  typedFields,
} from './form.ts';
export { makeGate } from './gate.ts';
export { healthRoutes } from './health.ts';
export { networkOf } from './network.ts';
export { type AskedRange, askedRange } from './range.ts';
export { perLink, removeOldRequestCounts } from './rate-limit.ts';
export { note } from './request-log.ts';
export { localPath } from './return-path.ts';
export { addressSaying, saidIn } from './said.ts';
export { createServer, type ServerParts } from './server.ts';
