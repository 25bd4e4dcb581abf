import { inLanguage } from '../../platform/agency/index.ts';
import { type Page, Tag } from '../../platform/ui/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { DocumentSummary } from '../../records/documents/index.ts';

/** Where the page of a document is. */
export const documentPath = (id: string): string => `/documents/${id}`;

/** What the agency calls documents of a kind. */
export function kindName(page: Page, kind: string, templates: NoticeTemplates): string {
  const found = templates.kinds.get(kind);
  return found === undefined
    ? page.words.t('documents.document')
    : inLanguage(found.name, page.words.language);
}

/** What a document is called: by its template, as the agency says, by the name of its file, or by its kind. */
export function documentName(
  page: Page,
  { template, title, type }: Pick<DocumentSummary, 'template' | 'title' | 'type'>,
  templates: NoticeTemplates,
): string {
  const { language } = page.words;
  const version = template === null ? undefined : templates.find(template.id, template.version);
  if (version !== undefined) return inLanguage(version.name, language);
  if (title === null) return kindName(page, type, templates);
  return typeof title === 'string' ? title : inLanguage(title, language);
}

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
