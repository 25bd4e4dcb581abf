export {
  appending,
  type ChainVerdict,
  hasSecurityEvent,
  recordSecurityEvent,
  type SecurityEvent,
  type SecurityEventKind,
  type Seen,
  tellSecurityEvents,
  verifySecurityEvents,
} from './audit.ts';
