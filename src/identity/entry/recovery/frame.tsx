import type { ComponentChildren } from 'preact';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import { ErrorSummary, type FieldError, Layout, type Page } from '../../../platform/ui/index.ts';
import { type Policy, wholeDays } from '../../core/policy/index.ts';
import type { Aside } from '../../credentials/factors/index.ts';

export type View = {
  readonly page: Page;
  readonly errors?: readonly FieldError[] | undefined;
  readonly aside?: Aside | undefined;
};

/** The frame of every page of a way back. */
export function Step({
  page,
  errors = [],
  aside,
  title,
  back = true,
  note,
  children,
}: View & {
  readonly note?: string;
  readonly title: PlainWordKey;
  /** Whether the page leads back to the other ways. */
  readonly back?: boolean;
  readonly children: ComponentChildren;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t(title)} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} note={note} />
      <h1>{t(title)}</h1>
      {children}
      {back ? (
        <p>
          <a href="/recover">{t('recover.back')}</a>
        </p>
      ) : null}
      {aside?.(page)}
    </Layout>
  );
}

export const daysOf = (policy: Policy) => wholeDays(policy.recovery.holdHours);
