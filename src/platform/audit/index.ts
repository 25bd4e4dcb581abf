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
export type { ActivityGroup, ActivityLabel, ActivityLabels } from './labels.ts';
export { AUDIT_TABLES } from './tables.ts';
