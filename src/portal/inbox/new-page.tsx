import type { Policy } from '../../identity/core/policy/index.ts';
import { inLanguage } from '../../platform/agency/index.ts';
import {
  Button,
  ContactLinks,
  ErrorSummary,
  errorOf,
  type FieldError,
  Form,
  Layout,
  type Page,
  Select,
} from '../../platform/ui/index.ts';
import type { CaseCatalogue, CaseSummary } from '../../records/cases/index.ts';
import type { Topics } from '../../records/conversations/index.ts';
import { formName } from '../case-card/index.ts';
import { MessageFields } from './message-fields.tsx';

/** What is chosen where a message is about no case. */
export const NO_CASE = 'none';

/** Where a conversation is begun. */
export function NewMessagePage({
  page,
  topics,
  cases,
  catalogue,
  limits,
  typed,
  errors = [],
}: {
  readonly page: Page;
  readonly topics: Topics;
  readonly cases: readonly CaseSummary[];
  readonly catalogue: CaseCatalogue;
  readonly limits: Policy['messages'];
  readonly typed: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
}) {
  const { t, language } = page.words;
  if (topics.size === 0)
    return (
      <Layout page={page} title={t('inbox.new-title')}>
        <h1>{t('inbox.new-title')}</h1>
        <p>
          {t('inbox.none')} <ContactLinks page={page} />
        </p>
      </Layout>
    );
  return (
    <Layout page={page} title={t('inbox.new-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('inbox.new-title')}</h1>
      <Form page={page} files>
        <Select
          name="topic"
          label={t('inbox.topic')}
          placeholder={t('inbox.topic-choose')}
          options={[...topics.values()].map(({ code, name }) => ({
            value: code,
            label: inLanguage(name, language),
          }))}
          value={typed['topic']}
          error={errorOf(errors, 'topic')}
        />
        {cases.length === 0 ? (
          <input type="hidden" name="case" value={NO_CASE} />
        ) : (
          <Select
            name="case"
            label={t('inbox.case')}
            placeholder={t('inbox.case-choose')}
            options={[
              ...cases.map((found) => ({
                value: found.receipt,
                label: t('inbox.about-case', {
                  form: formName(page, found.form, catalogue),
                  receipt: found.receipt,
                }),
              })),
              { value: NO_CASE, label: t('inbox.case-none') },
            ]}
            value={typed['case']}
            error={errorOf(errors, 'case')}
          />
        )}
        <MessageFields page={page} errors={errors} typed={typed} limits={limits} />
        <Button>{t('inbox.send')}</Button>
      </Form>
    </Layout>
  );
}
