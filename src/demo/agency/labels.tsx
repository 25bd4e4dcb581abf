import { inLanguage } from '../../platform/agency/index.ts';
import { type Page, Tag, type TagKind } from '../../platform/ui/index.ts';
import { type CaseCatalogue, detailIn, type Tone } from '../../records/cases/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { DocumentSummary } from '../../records/documents/index.ts';

const KINDS: Readonly<Record<Tone, TagKind>> = {
  moving: 'neutral',
  'waiting-for-you': 'attention',
  good: 'good',
  bad: 'ended',
  stopped: 'ended',
};

export function StatusTag({
  page,
  status,
  catalogue,
}: {
  readonly page: Page;
  readonly status: string;
  readonly catalogue: CaseCatalogue;
}) {
  const found = catalogue.statuses.get(status);
  return found === undefined ? (
    <Tag>{status}</Tag>
  ) : (
    <Tag kind={KINDS[found.tone]}>{inLanguage(found.label, page.words.language)}</Tag>
  );
}

export function formName(page: Page, form: string, catalogue: CaseCatalogue): string {
  const found = catalogue.forms.get(form);
  return found === undefined ? form : `${inLanguage(found.name, page.words.language)} (${form})`;
}

export function documentName(
  page: Page,
  { template, title, type }: DocumentSummary,
  templates: NoticeTemplates,
): string {
  const { language } = page.words;
  const version = template === null ? undefined : templates.find(template.id, template.version);
  if (version !== undefined) return inLanguage(version.name, language);
  if (title !== null) return detailIn(title, language);
  const kind = templates.kinds.get(type);
  return kind === undefined ? type : inLanguage(kind.name, language);
}
