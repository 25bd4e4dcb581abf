import { ButtonLink, ContactLinks, Layout, type Page } from '../../platform/ui/index.ts';
import { documentPath } from './labels.tsx';

/** Why there is no file to be had at the moment. */
export type WhyNoFile = 'being-made' | 'failed' | 'storage';

const WORDS = {
  'being-made': { title: 'documents.being-made-title', text: 'documents.being-made-text' },
  failed: { title: 'documents.failed-title', text: 'documents.failed-text' },
  storage: { title: 'documents.storage-title', text: 'documents.storage-text' },
} as const satisfies Record<WhyNoFile, object>;

/** Instead of a file: what is the matter, and what the person can do. */
export function NoFilePage({
  page,
  id,
  why,
}: {
  readonly page: Page;
  readonly id: string;
  readonly why: WhyNoFile;
}) {
  const { t } = page.words;
  const { title, text } = WORDS[why];
  return (
    <Layout page={page} title={t(title)}>
      <h1>{t(title)}</h1>
      <p class="portico-lead">{t(text)}</p>
      {why === 'failed' ? (
        <p>
          <ContactLinks page={page} />
        </p>
      ) : null}
      <p>{why === 'failed' ? null : <ButtonLink href={page.path}>{t('documents.try-again')}</ButtonLink>}</p>
      <p>
        <a href={documentPath(id)}>{t('documents.back-to-document')}</a>
      </p>
    </Layout>
  );
}
