export { CIPHERS } from './ciphers.ts';
export {
  asContentKey,
  CHUNK_OVERHEAD,
  type ChunkCipher,
  type ContentKey,
  chunkCipher,
  newContentKey,
} from './content-key.ts';
export { lockIndexes, lockOf } from './index-lock.ts';
export {
  KEY_KINDS,
  type KeyKind,
  type KeyRing,
  type KeyRingStore,
  keyRingFile,
  newKeyRing,
  olderNames,
  withAddedKeysCurrent,
  withNewKeys,
  withoutOldKeys,
} from './key-ring.ts';
export { reseal, type SealedColumn, type Sealing } from './reseal.ts';
export { rewrapDataKeys } from './rewrap.ts';
export { countByKey, type IndexedColumn, type KeyedColumn, type Rotation, reindex } from './rotation.ts';
export { type DeclaredColumn, sealedColumn, sealedColumns } from './sealed-column.ts';
export { newCode, newToken, sameDigest, tokenHash } from './tokens.ts';
export {
  type CheckedCodeFault,
  checkedCodeFault,
  looksLikeTypedCode,
  newCheckedCode,
  newTypedCode,
  normalTypedCode,
} from './typed-codes.ts';
export { type BlindIndexes, type DataKey, openVault, type Pepper, type Place, type Vault } from './vault.ts';
