export {
  appending,
  type ChainVerdict,
  recordSecurityEvent,
  type SecurityEvent,
  type SecurityEventKind,
  verifySecurityEvents,
} from './audit.ts';
