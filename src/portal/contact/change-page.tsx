import type { Typed } from '../../platform/http/index.ts';
import { COUNTRIES, type Words } from '../../platform/i18n/index.ts';
import { type FormatField, fieldsOf, POSTAL_FIELDS } from '../../platform/postal/index.ts';
import {
  Alert,
  Button,
  Buttons,
  Checkbox,
  countryOptions,
  ErrorSummary,
  errorOf,
  Field,
  type FieldError,
  Form,
  GroupSet,
  Layout,
  Lead,
  type Page,
  Select,
} from '../../platform/ui/index.ts';
import type { Doubt, Part } from './form.ts';
import { CHANGE, CONTACT } from './paths.ts';

export type ChangeView = {
  readonly page: Page;
  readonly typed: Typed;
  readonly errors?: readonly FieldError[];
  /** Why letters may not arrive, of which the person decides. */
  readonly doubts?: readonly Doubt[];
};

/** Asks where a person lives and gets letters: the country first, and then what its addresses have. */
export function ChangeContactPage({ page, typed: own, errors = [], doubts = [] }: ChangeView) {
  const { t } = page.words;
  // What is filled in again may be of another country than what is there.
  const typed = { ...own, ...(page.refill?.action === CHANGE ? page.refill.typed : {}) };
  const view = { page, typed, errors, doubts };
  return (
    <Layout page={page} title={t('contact.change-title')} error={errors.length > 0}>
      <ErrorSummary page={page} errors={errors} />
      {doubts.length === 0 ? null : (
        <Alert page={page} kind="warning" title={t('contact.doubts-title')}>
          <ul>
            {doubts.map((doubt) => (
              <li key={fieldOf(doubt)}>
                <a href={`#${fieldOf(doubt)}`}>
                  {t('contact.doubt-of', {
                    part: t(LEGENDS[doubt.part]),
                    doubt: sayDoubt(doubt, page.words),
                  })}
                </a>
              </li>
            ))}
          </ul>
          <p>{t('contact.doubts-text')}</p>
        </Alert>
      )}
      <h1>{t('contact.change-title')}</h1>
      <Lead>{t('contact.change-text')}</Lead>
      <Form page={page} action={CHANGE}>
        {/* What the key Enter presses, which would be the first button: the one that draws the fields anew. */}
        <button class="usa-sr-only" type="submit" tabIndex={-1} aria-hidden="true">
          {t('account.save')}
        </button>
        <AddressFields {...view} part="home" />
        <Checkbox name="mail-same" label={t('contact.mail-same')} checked={typed['mail-same'] === 'yes'} />
        <div class="portico-unless-same">
          <AddressFields {...view} part="mail" />
        </div>
        <Buttons>
          <Button>{t('account.save')}</Button>
          {doubts.length === 0 ? null : (
            <Button kind="secondary" name="as-typed" value="yes">
              {t('contact.as-typed')}
            </Button>
          )}
        </Buttons>
      </Form>
      <p>
        <a href={CONTACT}>{t('contact.back')}</a>
      </p>
    </Layout>
  );
}

const LEGENDS = { home: 'contact.home', mail: 'contact.mailing' } as const;
const HINTS = { home: 'contact.home-hint', mail: 'contact.mailing-hint' } as const;

function AddressFields(view: Required<ChangeView> & { readonly part: Part }) {
  const { page, part, typed, errors } = view;
  const { t, language } = page.words;
  const country = typed[`${part}-country`] ?? '';
  const fields = COUNTRIES.has(country) ? fieldsOf(country, language) : [];
  const asked = new Set(fields.map(({ name }) => name));
  return (
    <GroupSet name={part} label={t(LEGENDS[part])} hint={t(HINTS[part])}>
      {part === 'mail' ? (
        <Field
          name="mail-careOf"
          label={t('contact.care-of')}
          hint={t('contact.care-of-hint')}
          autocomplete="off"
          value={typed['mail-careOf']}
          error={errorOf(errors, 'mail-careOf')}
        />
      ) : null}
      <portico-redraw region={`${part}-fields`}>
        <Select
          name={`${part}-country`}
          label={t('contact.country')}
          autocomplete={`section-${part} country`}
          options={countryOptions(page.words)}
          placeholder={t('person.country-choose')}
          value={country}
          error={errorOf(errors, `${part}-country`)}
        />
        <button
          class="usa-button usa-button--unstyled"
          type="submit"
          name="redraw"
          value={part}
          formAction={`${CHANGE}#${part}-country`}
        >
          {t('contact.redraw')}
        </button>
      </portico-redraw>
      <div id={`${part}-fields`}>
        {fields.map((field) => (
          <AddressField key={field.name} {...view} field={field} />
        ))}
        {/* What was typed for another country is there again when that is chosen again. */}
        {POSTAL_FIELDS.filter((name) => !asked.has(name) && (typed[`${part}-${name}`] ?? '') !== '').map(
          (name) => (
            <input key={name} type="hidden" name={`${part}-${name}`} value={typed[`${part}-${name}`]} />
          ),
        )}
      </div>
    </GroupSet>
  );
}

const AUTOCOMPLETE = {
  line1: 'address-line1',
  line2: 'address-line2',
  district: 'address-level3',
  city: 'address-level2',
  state: 'address-level1',
  postcode: 'postal-code',
  sorting: 'off',
} as const satisfies Record<FormatField['name'], string>;

function AddressField({
  page,
  part,
  typed,
  errors,
  doubts,
  field: { name, label, isUsual, options },
}: Required<ChangeView> & { readonly part: Part; readonly field: FormatField }) {
  const { t } = page.words;
  const own = `${part}-${name}`;
  const doubt = doubts.find((each) => fieldOf(each) === own);
  const given = {
    name: own,
    label: isUsual || name === 'line1' ? t(label) : t('contact.optional', { field: t(label) }),
    hint: doubt === undefined ? undefined : sayDoubt(doubt, page.words),
    autocomplete: name === 'sorting' ? 'off' : `section-${part} ${AUTOCOMPLETE[name]}`,
    value: typed[own],
    error: errorOf(errors, own),
  };
  return options.length > 0 ? (
    <Select {...given} options={options} placeholder={t('postal.choose')} />
  ) : (
    <Field {...given} width={name === 'postcode' || name === 'sorting' ? 'medium' : 'full'} />
  );
}

const fieldOf = ({ part, warning }: Doubt) => `${part}-${warning.field}`;

function sayDoubt({ country: code, warning }: Doubt, { t, country, language }: Words): string {
  const field = fieldsOf(code, language).find(({ name }) => name === warning.field);
  const about = { field: field === undefined ? '' : t(field.label), country: country(code) };
  switch (warning.is) {
    case 'missing':
      return t('contact.doubt-missing', about);
    case 'postcode':
      return warning.example === null
        ? t('contact.doubt-postcode', about)
        : t('contact.doubt-postcode-example', { ...about, example: warning.example });
    case 'other-state':
      return t('contact.doubt-other-state', about);
    case 'no-state':
      return t('contact.doubt-no-state', about);
  }
}
