import type { Policy } from '../../identity/core/policy/index.ts';
import { FILES_FIELD } from '../../platform/http/index.ts';
import { errorOf, type FieldError, FileField, type Page, TextArea } from '../../platform/ui/index.ts';
import { MEDIA_TYPES } from '../../platform/uploads/index.ts';

/** What is written, and the files that go with it. */
export function MessageFields({
  page,
  errors,
  typed,
  limits,
}: {
  readonly page: Page;
  readonly errors: readonly FieldError[];
  readonly typed: Readonly<Record<string, string>>;
  readonly limits: Policy['messages'];
}) {
  const { t } = page.words;
  return (
    <>
      <TextArea
        name="text"
        label={t('inbox.message')}
        hint={t('inbox.message-hint', { count: limits.characters })}
        rows={8}
        value={typed['text']}
        error={errorOf(errors, 'text')}
      />
      <FileField
        name={FILES_FIELD}
        label={t('inbox.files')}
        hint={t('inbox.files-hint', {
          count: limits.files,
          each: limits.fileMegabytes,
          all: limits.megabytes,
        })}
        accept={MEDIA_TYPES}
        error={errorOf(errors, FILES_FIELD)}
      />
    </>
  );
}
