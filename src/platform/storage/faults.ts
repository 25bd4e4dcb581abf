import { z } from 'zod';

const Reason = z
  .object({ code: z.string().optional(), Code: z.string().optional(), name: z.string().optional() })
  .catch({});

/** Blobs cannot be kept or read at the moment: a full disk, a dead object store, no rights. The person is told to try again. */
export class StorageUnavailable extends Error {
  readonly statusCode = 503;
  readonly retryAfterSeconds = 30;
  /** Why, in one word that a log may have, such as `ENOSPC` or `AccessDenied`. */
  readonly code: string;
  constructor(doing: string, cause: unknown) {
    const { code, Code, name } = Reason.parse(cause);
    const why = code ?? Code ?? name ?? 'unknown';
    super(`the storage could not ${doing}: ${why}`, { cause });
    this.code = why;
  }
}

/** There is no blob of this id: it was removed, or the storage is not the one that belongs to the database. */
export class BlobMissing extends Error {
  readonly code = 'BLOB_MISSING';
  constructor(id: string) {
    super(`there is no blob ${id}`);
  }
}

/** A blob was changed, cut, or does not belong to its key or its id. Nothing of the damaged part was given out. */
export class BlobDamaged extends Error {
  readonly code = 'BLOB_DAMAGED';
  constructor(id: string, cause?: unknown) {
    super(`blob ${id} is damaged or does not belong to its key`, { cause });
  }
}
