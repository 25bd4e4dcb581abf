import { type Page, Tag } from '../../platform/ui/index.ts';
import { type CaseCatalogue, markOfStatus, nameOfForm } from '../../records/cases/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import { type DocumentSummary, nameOfDocument } from '../../records/documents/index.ts';

export function StatusTag({
  page,
  status,
  catalogue,
}: {
  readonly page: Page;
  readonly status: string;
  readonly catalogue: CaseCatalogue;
}) {
  const { kind, text } = markOfStatus(status, catalogue, page.words);
  return <Tag kind={kind}>{text}</Tag>;
}

/** A form by its name and its code, as whoever works at the agency knows it. */
export const formName = (page: Page, form: string, catalogue: CaseCatalogue): string =>
  `${nameOfForm(form, catalogue, page.words)} (${form})`;

export const documentName = (page: Page, found: DocumentSummary, templates: NoticeTemplates): string =>
  nameOfDocument(found, templates, page.words);
