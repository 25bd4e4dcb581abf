export { type Lock, takeLock, waitForLock } from './lock.ts';
