import type { Policy } from '../../identity/core/policy/index.ts';
import type { FileLimits, FilesRefused } from '../../platform/http/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import type { Checked } from '../../platform/uploads/index.ts';

const MEGABYTE = 1_000_000;

type Limits = Policy['messages'];

/** How many files a message takes, and how large. */
export const fileLimits = ({ files, fileMegabytes, megabytes }: Limits): FileLimits => ({
  count: files,
  bytes: fileMegabytes * MEGABYTE,
  bytesInAll: megabytes * MEGABYTE,
});

/** Why the files of a form were not taken. */
export function sayRefused(refused: FilesRefused, limits: Limits, { t }: Words): string {
  switch (refused.is) {
    case 'too-many':
      return t('inbox.files-too-many', { count: limits.files });
    case 'too-large':
      return t('inbox.files-too-large', { name: refused.name, each: limits.fileMegabytes });
    case 'too-large-in-all':
      return t('inbox.files-too-large-in-all', { all: limits.megabytes });
    case 'empty':
      return t('inbox.files-empty', { name: refused.name });
    case 'no-room':
      return t('inbox.files-no-room');
  }
}

/** Why one file cannot be taken, whatever the limits. */
export function sayUnfit({ name, why }: Extract<Checked, { is: 'refused' }>, { t }: Words): string {
  switch (why) {
    case 'type':
      return t('inbox.files-type', { name });
    case 'damaged':
      return t('inbox.files-damaged', { name });
    case 'infected':
      return t('inbox.files-infected', { name });
  }
}
