import { type Page, Tag } from '../../platform/ui/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import { type DocumentSummary, nameOfDocument, nameOfKind } from '../../records/documents/index.ts';

/** Where the page of a document is. */
export const documentPath = (id: string): string => `/documents/${id}`;

/** What the agency calls documents of a kind. */
export const kindName = (page: Page, kind: string, templates: NoticeTemplates): string =>
  nameOfKind(kind, templates, page.words);

/** What a document is called. */
export const documentName = (
  page: Page,
  found: Parameters<typeof nameOfDocument>[0],
  templates: NoticeTemplates,
): string => nameOfDocument(found, templates, page.words);

/** That a document is no longer good; nothing while it is. */
export function StateTag({
  page,
  found,
}: {
  readonly page: Page;
  readonly found: Pick<DocumentSummary, 'withdrawnAt' | 'replacedAt'>;
}) {
  const { words } = page;
  if (found.withdrawnAt !== null)
    return (
      <Tag kind="ended">{words.t('documents.withdrawn-on', { date: words.date(found.withdrawnAt) })}</Tag>
    );
  if (found.replacedAt !== null)
    return <Tag kind="ended">{words.t('documents.replaced-on', { date: words.date(found.replacedAt) })}</Tag>;
  return null;
}

const KILOBYTE = 1_000;

/** `12 kB`, `3.4 MB`: never nothing. */
export function sizeOf({ words: { language } }: Page, bytes: number): string {
  const [size, unit] =
    bytes < KILOBYTE ** 2 ? [Math.max(1, bytes / KILOBYTE), 'kilobyte'] : [bytes / KILOBYTE ** 2, 'megabyte'];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    maximumFractionDigits: size < 10 ? 1 : 0,
  }).format(size);
}
