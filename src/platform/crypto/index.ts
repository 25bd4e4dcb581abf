export {
  type KeyRing,
  type KeyRingStore,
  keyRingFile,
  newKeyRing,
  withAddedKeyCurrent,
  withNewKey,
  withoutOldKeys,
} from './key-ring.ts';
export { rewrapDataKeys } from './rewrap.ts';
export { newCode, newToken, sameDigest, tokenHash } from './tokens.ts';
export { looksLikeTypedCode, newTypedCode, normalTypedCode } from './typed-codes.ts';
export { type DataKey, openVault, type Place, type Vault } from './vault.ts';
