import type { Agency } from '../../platform/agency/index.ts';
import type { Languages, Words } from '../../platform/i18n/index.ts';
import type { CaseCatalogue } from '../cases/index.ts';
import {
  composeNotice,
  type NoticeContent,
  type NoticeTemplates,
  parseNoticeFields,
} from '../document-templates/index.ts';
import type { TemplateData } from './template-data.ts';

/** A document of a template, as much of it as is needed to say what it says. */
export type NoticeParts = {
  readonly receipt: string;
  readonly form: string;
  readonly issuedOn: string;
  readonly template: { readonly id: string; readonly version: number };
  readonly data: TemplateData;
  readonly code: string;
};

export type ComposedNotice =
  | { readonly is: 'notice'; readonly content: NoticeContent; readonly hash: string }
  /** This process does not know that version of the template, or that form: another may, or the next one. */
  | { readonly is: 'unknown'; readonly reason: string }
  /** The data are none that the version takes. */
  | { readonly is: 'impossible'; readonly reason: string };

export type Notices = {
  /** What a document of a template says, in one language: for the page and for the file alike. */
  compose(parts: NoticeParts, words: Words): ComposedNotice;
  readonly languages: Languages;
};

/** Where anybody may check a paper; a portal serves it. */
const VERIFY_PATH = '/verify';

/**
 * Where a document is checked.
 * @returns the page on which its receipt number and its code are typed, and the address that has both, for a QR code
 */
export function verificationAddress(
  publicUrl: URL,
  { receipt, code }: { readonly receipt: string; readonly code: string },
): { readonly page: URL; readonly url: URL } {
  const page = new URL(VERIFY_PATH, publicUrl);
  const url = new URL(page);
  url.searchParams.set('receipt', receipt);
  url.searchParams.set('code', code);
  return { page, url };
}

/** Puts together what documents of templates say. */
export function makeNotices({
  agency,
  languages,
  templates,
  catalogue,
  publicUrl,
}: {
  readonly agency: Agency;
  readonly languages: Languages;
  readonly templates: NoticeTemplates;
  readonly catalogue: CaseCatalogue;
  readonly publicUrl: URL;
}): Notices {
  const unknown = (reason: string): ComposedNotice => ({ is: 'unknown', reason });
  const compose: Notices['compose'] = ({ receipt, form, issuedOn, template, data, code }, words) => {
    const version = templates.find(template.id, template.version);
    if (version === undefined)
      return unknown(`there is no version ${template.version} of the template "${template.id}"`);
    const name = catalogue.forms.get(form)?.name;
    if (name === undefined) return unknown(`there is no form "${form}"`);
    const parsed = parseNoticeFields(version, data.fields);
    if (parsed.is === 'faults') return { is: 'impossible', reason: parsed.faults.join('; ') };
    const content = composeNotice(
      version,
      {
        receipt,
        form: name,
        issued: issuedOn,
        recipient: data.recipient,
        fields: parsed.fields,
        verification: { code, ...verificationAddress(publicUrl, { receipt, code }) },
      },
      { words, agency },
    );
    return { is: 'notice', content, hash: version.hash };
  };
  return { compose, languages };
}
