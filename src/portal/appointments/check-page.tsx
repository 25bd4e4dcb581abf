import { inLanguage } from '../../platform/agency/index.ts';
import { MINUTE } from '../../platform/clock/index.ts';
import type { Typed } from '../../platform/http/index.ts';
import {
  Alert,
  Button,
  Buttons,
  Checkbox,
  ErrorSummary,
  errorOf,
  type FieldError,
  Form,
  GroupSet,
  Layout,
  type Page,
  Radios,
  Select,
  SummaryList,
} from '../../platform/ui/index.ts';
import {
  type Appointment,
  type AppointmentRules,
  type AppointmentType,
  type FreeTime,
  hasTime,
  mayMove,
  type OwnAppointment,
} from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { accessField } from './forms.ts';
import { appointmentPath } from './paths.ts';
import { officeName, sayWhen, typeName, When } from './when.tsx';

type FormView = {
  readonly page: Page;
  readonly found: OwnAppointment;
  readonly type: AppointmentType;
  readonly rules: AppointmentRules;
  readonly catalogue: CaseCatalogue;
  readonly typed: Typed;
  readonly errors: readonly FieldError[];
  /** Whether it is another than on the page from which this was sent. */
  readonly isChanged?: boolean;
};

/** The time that somebody is about to take, with all that is asked for it; or other times where it is gone. */
export function CheckPage({
  next,
  ...view
}: FormView & {
  /** The next free times where none is kept any more; null where one is. */
  readonly next: readonly FreeTime[] | null;
}) {
  const { page, found, type, catalogue, errors, typed, isChanged = false } = view;
  const { t } = page.words;
  const { hold } = found;
  const move = mayMove(found, type, page.now);
  const isGone = next !== null;
  return (
    <Layout
      page={page}
      title={t('appointments.check-title')}
      error={errors.length > 0 || isGone || isChanged}
    >
      <ErrorSummary page={page} errors={errors} />
      <ChangedAlert page={page} isChanged={isChanged} />
      {isGone && !isChanged ? (
        <Alert page={page} kind="error" title={t('appointments.gone-title')}>
          <p>{next.length === 0 ? t('appointments.none-text') : t('appointments.gone-text')}</p>
        </Alert>
      ) : null}
      <h1>{t('appointments.check-title')}</h1>
      <p class="portico-lead">{typeName(page, type)}</p>
      {isGone || hold === null ? null : (
        <>
          <SummaryList
            rows={[
              {
                term: t('appointments.when'),
                value: <When page={page} startsAt={hold.startsAt} zone={hold.zone} />,
              },
              {
                term: t('appointments.where'),
                value: <Address page={page} code={hold.office} catalogue={catalogue} />,
              },
            ]}
          />
          {hold.until <= page.now ? null : (
            <p>
              {t('appointments.check-kept', {
                minutes: Math.ceil((hold.until.getTime() - page.now.getTime()) / MINUTE),
              })}
            </p>
          )}
        </>
      )}
      {found.state === 'fixed' && hasTime(found) && move.is === 'may' ? (
        <p>
          {t('appointments.check-instead', { when: sayWhen(page, found.startsAt, found.zone) })}{' '}
          {t('appointments.check-after-move', { left: (move.left ?? 1) - 1 })}
        </p>
      ) : null}
      <Form page={page}>
        <Version found={found} />
        {isGone || hold === null ? null : <input type="hidden" name="kept" value={hold.slot} />}
        {isGone && next.length > 0 ? (
          <Radios
            name="slot"
            label={t('appointments.next-free')}
            error={errorOf(errors, 'slot')}
            value={typed['slot']}
            options={next.map(({ id, startsAt, zone, office }) => ({
              value: id,
              label: sayWhen(page, startsAt, zone),
              hint: officeName(page, office, catalogue),
            }))}
          />
        ) : null}
        <NeedsFields {...view} />
        {found.state === 'fixed' ? <Reasons {...view} label={t('appointments.reason')} /> : null}
        <Buttons>
          <Button>{t('appointments.check-take')}</Button>
          <a href={appointmentPath(found.id, 'times')}>{t('appointments.check-other')}</a>
        </Buttons>
      </Form>
    </Layout>
  );
}

/** Which version of an appointment a page shows, so that what is sent from it does nothing to another. */
const Version = ({ found }: { readonly found: Appointment }) => (
  <input type="hidden" name="version" value={found.version} />
);

function ChangedAlert({ page, isChanged }: { readonly page: Page; readonly isChanged: boolean }) {
  const { t } = page.words;
  return isChanged ? (
    <Alert page={page} kind="error" title={t('appointments.changed-title')}>
      <p>{t('appointments.changed-text')}</p>
    </Alert>
  ) : null;
}

/** Where to come. */
function Address({
  page,
  code,
  catalogue,
}: {
  readonly page: Page;
  readonly code: string;
  readonly catalogue: CaseCatalogue;
}) {
  return (
    <address class="portico-request__address">
      {(catalogue.offices.get(code)?.address ?? [officeName(page, code, catalogue)]).map((each) => (
        <bdi key={each}>{each}</bdi>
      ))}
    </address>
  );
}

function NeedsFields({ page, rules, typed, errors }: FormView) {
  const { t, languageName, language } = page.words;
  return (
    <>
      {rules.interpreters.length === 0 ? null : (
        <Select
          name="interpreter"
          label={t('appointments.interpreter')}
          hint={t('appointments.interpreter-hint')}
          placeholder={t('appointments.interpreter-none')}
          error={errorOf(errors, 'interpreter')}
          value={typed['interpreter']}
          options={rules.interpreters
            .map((code) => ({ value: code, label: languageName(code) }))
            .toSorted((a, b) => a.label.localeCompare(b.label, language))}
        />
      )}
      {rules.access.length === 0 ? null : (
        <GroupSet name="access" label={t('appointments.access-needs')}>
          {rules.access.map(({ code, label }) => (
            <Checkbox
              key={code}
              name={accessField(code)}
              label={inLanguage(label, language)}
              checked={typed[accessField(code)] !== undefined}
            />
          ))}
        </GroupSet>
      )}
    </>
  );
}

function Reasons({ page, type, typed, errors, label }: FormView & { readonly label: string }) {
  if (type.reasons.length === 0) return null;
  return (
    <Radios
      name="reason"
      label={label}
      error={errorOf(errors, 'reason')}
      value={typed['reason']}
      options={type.reasons.map(({ code, label: text }) => ({
        value: code,
        label: inLanguage(text, page.words.language),
      }))}
    />
  );
}

/** That somebody comes, with what they need; later only the latter. */
export function ConfirmPage(view: FormView) {
  const { page, found, type, errors, isChanged = false } = view;
  const { t } = page.words;
  const isConfirmed = found.confirmedAt !== null;
  const title = isConfirmed ? t('appointments.needs-page') : t('appointments.confirm-page');
  return (
    <Layout page={page} title={title} error={errors.length > 0 || isChanged}>
      <ErrorSummary page={page} errors={errors} />
      <ChangedAlert page={page} isChanged={isChanged} />
      <h1>{title}</h1>
      <TimeNow page={page} found={found} type={type} />
      <Form page={page}>
        <Version found={found} />
        <NeedsFields {...view} />
        <Buttons>
          <Button>{isConfirmed ? t('appointments.confirm-save') : t('appointments.confirm')}</Button>
          <a href={appointmentPath(found.id)}>{t('appointments.back')}</a>
        </Buttons>
      </Form>
    </Layout>
  );
}

/** That somebody does not come. */
export function CancelPage(view: FormView) {
  const { page, found, type, errors, isChanged = false } = view;
  const { t } = page.words;
  return (
    <Layout page={page} title={t('appointments.cancel-page')} error={errors.length > 0 || isChanged}>
      <ErrorSummary page={page} errors={errors} />
      <ChangedAlert page={page} isChanged={isChanged} />
      <h1>{t('appointments.cancel-page')}</h1>
      <TimeNow page={page} found={found} type={type} />
      <Alert page={page} kind="warning">
        <p>{t('appointments.cancel-warning')}</p>
      </Alert>
      <Form page={page}>
        <Version found={found} />
        <Reasons {...view} label={t('appointments.reason-cancel')} />
        <Buttons>
          <Button kind="danger">{t('appointments.cancel-do')}</Button>
          <a href={appointmentPath(found.id)}>{t('appointments.keep')}</a>
        </Buttons>
      </Form>
    </Layout>
  );
}

function TimeNow({
  page,
  found,
  type,
}: {
  readonly page: Page;
  readonly found: Appointment;
  readonly type: AppointmentType;
}) {
  return (
    <>
      <p class="portico-lead">{typeName(page, type)}</p>
      {hasTime(found) ? (
        <p>
          <When page={page} startsAt={found.startsAt} zone={found.zone} />
        </p>
      ) : null}
    </>
  );
}
