import type { Agency } from '../../platform/agency/index.ts';
import type { CaseCatalogue } from '../cases/index.ts';
import {
  type NoticeData,
  type NoticeTemplates,
  type NoticeVersion,
  parseNoticeFields,
} from '../document-templates/index.ts';
import type { DocumentDetails, TemplateData } from '../documents/index.ts';

/** What is needed to say what a document of a template says, besides the document. */
export type NoticeParts = {
  readonly agency: Agency;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  /** Where the portal stands for the world. */
  readonly publicUrl: URL;
};

/** A document of a template, opened. */
export type OpenedNotice = Pick<DocumentDetails, 'receipt' | 'form' | 'issuedOn' | 'code'> & {
  readonly template: NonNullable<DocumentDetails['template']>;
  readonly data: TemplateData;
};

/** A notice ready to be composed in any language: for the page and for the file alike. */
export type Notice = { readonly version: NoticeVersion; readonly data: NoticeData };

/** The page on which anybody finds out whether a notice is genuine. */
export const VERIFY = '/verify';

/**
 * Puts a document together with the template that it was issued in.
 * @returns null when the agency no longer has that version, or it no longer takes the document's data
 */
export function noticeOf(
  { receipt, form, issuedOn, code, template, data }: OpenedNotice,
  { agency, catalogue, templates, publicUrl }: NoticeParts,
): Notice | null {
  const version = templates.find(template.id, template.version);
  if (version === undefined) return null;
  const parsed = parseNoticeFields(version, data.fields);
  if (parsed.is === 'faults') return null;
  const page = new URL(VERIFY, publicUrl);
  const url = new URL(`?${new URLSearchParams({ receipt, code })}`, page);
  return {
    version,
    data: {
      receipt,
      form:
        catalogue.forms.get(form)?.name ??
        Object.fromEntries(agency.languages.map((language) => [language, form])),
      issued: issuedOn,
      recipient: data.recipient,
      fields: parsed.fields,
      verification: { code, url, page },
    },
  };
}
