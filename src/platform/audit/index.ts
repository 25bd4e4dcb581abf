export {
  appending,
  type ChainVerdict,
  hasSecurityEvent,
  recordSecurityEvent,
  type SecurityEvent,
  type SecurityEventKind,
  type SecurityEventRow,
  type Seen,
  securityEvents,
  securityLog,
  verifySecurityEvents,
} from './audit.ts';
export { AUDIT_TABLES } from './tables.ts';
