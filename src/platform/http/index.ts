export type { Access } from './access.ts';
export { oneTimeCode, readAs } from './code-field.ts';
export {
  browserSecret,
  clearSecretCookies,
  secretCookie,
  sessionCookie,
  tokenListCookie,
  visitCookie,
} from './cookies.ts';
export { type Download, downloadHeaders } from './download.ts';
export { errorPage } from './error-pages.tsx';
export { HttpRefusal } from './errors.ts';
export {
  type Fault,
  type FitToKeep,
  type FormResult,
  type FormSchema,
  fieldsToKeep,
  line,
  lines,
  nameLine,
  optionalLine,
  optionalLines,
  optionalName,
  parseForm,
  sayFaults,
  secret,
  secretLine,
  type Typed,
  typedFields,
} from './form.ts';
export { makeGate } from './gate.ts';
export { healthRoutes } from './health.ts';
export { FILES_FIELD, type FileLimits, type FilesRefused } from './multipart.ts';
export { networkOf } from './network.ts';
export { openSessionScope } from './pages.ts';
export { type AskedRange, askedRange } from './range.ts';
export { perLink, type RequestLimit, unlessMalformed } from './rate-limit.ts';
export { OWNER_FIELD, pageOf, pathOf, returnSaid, textOf, withReturn } from './refill.ts';
export { note } from './request-log.ts';
export { localPath } from './return-path.ts';
export { type ApiScope, makeScope, type PageScope, type SessionScope } from './scopes.ts';
export { createServer, type ServerParts } from './server.ts';
export { addressSaying, saidIn } from './signed-query.ts';
export { REQUEST_TABLES } from './tables.ts';
export { removeOldRequests } from './twins.ts';
