import type { ComponentChildren } from 'preact';
import { type Page, Tag } from '../../platform/ui/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { DocumentSummary } from '../../records/documents/index.ts';
import { documentName, documentPath, kindName, StateTag } from './labels.tsx';

export type DocumentListProps<Listed extends DocumentSummary> = {
  readonly page: Page;
  /** Newest first. */
  readonly documents: readonly Listed[];
  readonly templates: NoticeTemplates;
  /** Whether the person has not seen, on an earlier visit, what is new about it. */
  readonly isNew: (document: Listed) => boolean;
  /** Of which case each is, where they are not all of the page's own. */
  readonly caseOf?: (document: Listed) => ComponentChildren;
};

/** Notices and letters, each with its kind, its day and whether it is still good. */
export function DocumentList<Listed extends DocumentSummary>({
  page,
  documents,
  templates,
  isNew,
  caseOf,
}: DocumentListProps<Listed>) {
  const { words } = page;
  return (
    <ul class="portico-documents">
      {documents.map((found) => {
        const name = documentName(page, found, templates);
        const kind = kindName(page, found.type, templates);
        return (
          <li class="portico-document" key={found.id} data-key={found.id} data-changes>
            <div class="portico-document__name">
              <a href={documentPath(found.id)}>
                <bdi>{name}</bdi>
              </a>{' '}
              {isNew(found) ? <Tag kind="new">{words.t('home.new')}</Tag> : null}
            </div>
            <p class="portico-document__facts">
              <span>
                <time dateTime={found.issuedOn}>{words.calendarDate(found.issuedOn)}</time>
              </span>
              <span>{kind}</span>
              {caseOf === undefined ? null : <span>{caseOf(found)}</span>}
            </p>
            {found.state === 'current' ? null : (
              <p class="portico-document__state">
                <StateTag page={page} found={found} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
