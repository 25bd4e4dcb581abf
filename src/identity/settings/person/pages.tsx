import type { Typed } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import {
  Alert,
  Button,
  ErrorSummary,
  type FieldError,
  Form,
  Layout,
  type Page,
  SummaryList,
} from '../../../platform/ui/index.ts';
import { type Person, PersonFields, personRows } from '../../core/accounts/index.ts';
import type { Standing } from './person.ts';

/** What a person said of themselves, and why they cannot correct it where they cannot. */
export function PersonPage({
  page,
  person,
  standing,
  done,
}: {
  readonly page: Page;
  readonly person: Person;
  readonly standing: Standing;
  readonly done: boolean;
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('account.person')}>
      {done ? (
        <Alert page={page} kind="success">
          <p>{t('account.done-person')}</p>
        </Alert>
      ) : null}
      <h1>{t('account.person')}</h1>
      <p>{t(STANDING[standing])}</p>
      <SummaryList rows={personRows(page, person, standing === 'open' ? '/account/person/change' : null)} />
      <Back page={page} />
    </Layout>
  );
}

const STANDING = {
  open: 'account.person-open',
  relied: 'account.person-relied',
  'enough-today': 'account.person-enough-today',
  enough: 'account.person-enough',
} as const satisfies Record<Standing, PlainWordKey>;

/** Corrects it. */
export function CorrectPersonPage({
  page,
  typed,
  errors = [],
}: {
  readonly page: Page;
  readonly typed: Typed;
  readonly errors?: readonly FieldError[];
}) {
  const { t } = page.words;
  return (
    <Layout page={page} title={t('account.person-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      <h1>{t('account.person-title')}</h1>
      <p>{t('account.person-text')}</p>
      <Form page={page} action="/account/person/change">
        <PersonFields page={page} typed={typed} errors={errors} />
        <Button>{t('account.save')}</Button>
      </Form>
      <Back page={page} />
    </Layout>
  );
}

function Back({ page }: { readonly page: Page }) {
  return (
    <p>
      <a href="/account">{page.words.t('account.back')}</a>
    </p>
  );
}
