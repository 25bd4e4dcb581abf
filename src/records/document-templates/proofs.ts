import type { Agency, Localized } from '../../platform/agency/index.ts';
import type { Languages } from '../../platform/i18n/index.ts';
import type { MadePdf, PdfMaker } from '../../platform/pdf/index.ts';
import { composeNotice } from './compose.ts';
import { sampleData } from './sample.ts';
import type { NoticeTemplate, NoticeTemplates } from './templates.ts';

/** What a template looks like in one language, with its samples. */
export type Proof = { readonly template: NoticeTemplate; readonly language: string; readonly made: MadePdf };

/**
 * Makes every template in every language of the agency, with the samples of its fields.
 * @param form the name of a form that the notices are for
 */
export async function* proofs(
  templates: NoticeTemplates,
  {
    agency,
    languages,
    form,
    maker,
  }: { agency: Agency; languages: Languages; form: Localized; maker: Pick<PdfMaker, 'make'> },
): AsyncGenerator<Proof> {
  for (const template of templates.all.values()) {
    const data = sampleData(template.current, { agency, form });
    for (const words of languages.all) {
      const content = composeNotice(template.current, data, { words, agency });
      yield { template, language: words.language, made: await maker.make(content) };
    }
  }
}
