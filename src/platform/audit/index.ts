export {
  appending,
  type ChainVerdict,
  recordSecurityEvent,
  type SecurityEvent,
  verifySecurityEvents,
} from './audit.ts';
