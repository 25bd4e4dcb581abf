import { inLanguage } from '../../platform/agency/index.ts';
import type { Words } from '../../platform/i18n/index.ts';
import type { NoticeTemplates } from '../document-templates/index.ts';
import type { DocumentSummary } from './documents.ts';

/** What the agency calls documents of a kind, in the reader's language. */
export function nameOfKind(kind: string, templates: NoticeTemplates, words: Words): string {
  const found = templates.kinds.get(kind);
  return found === undefined ? words.t('documents.document') : inLanguage(found.name, words.language);
}

/** What a document is called: by its template, as the agency says, by the name of its file, or by its kind. */
export function nameOfDocument(
  { template, title, type }: Pick<DocumentSummary, 'template' | 'title' | 'type'>,
  templates: NoticeTemplates,
  words: Words,
): string {
  const version = template === null ? undefined : templates.find(template.id, template.version);
  if (version !== undefined) return inLanguage(version.name, words.language);
  if (title === null) return nameOfKind(type, templates, words);
  return typeof title === 'string' ? title : inLanguage(title, words.language);
}
