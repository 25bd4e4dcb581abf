import {
  Alert,
  Button,
  Buttons,
  CopyButton,
  ErrorSummary,
  type FieldError,
  Form,
  Layout,
  Lead,
  type Page,
  SummaryList,
  VERBATIM,
} from '../../platform/ui/index.ts';
import { type CaseCatalogue, writtenName } from '../../records/cases/index.ts';
import type { DemoPerson } from '../material.ts';
import { PlayFieldView } from './fields.tsx';
import { type PlayForm, playPath, type Scene } from './kind.ts';
import { PLAY_KINDS } from './kinds/index.ts';
import { formName, StatusTag } from './labels.tsx';
import type { ListedCase, PlayedCase } from './played-case.ts';

type People = { readonly people: readonly DemoPerson[] };

/** Every case that can be played, by whose it is. */
export function AgencyPage({
  page,
  cases,
  people,
  catalogue,
}: People & {
  readonly page: Page;
  readonly cases: readonly ListedCase[];
  readonly catalogue: CaseCatalogue;
}) {
  const { t, date } = page.words;
  const byPerson = Map.groupBy(cases, ({ person }) => `${writtenName(person)} ${person.born}`);
  return (
    <Layout page={page} title={t('demo.play-title')} width="wide">
      <h1>{t('demo.play-title')}</h1>
      <Lead>{t('demo.play-lead')}</Lead>
      {[...byPerson].map(([key, own]) => (
        <section key={key}>
          <h2>
            <bdi>{own[0] === undefined ? '' : writtenName(own[0].person)}</bdi>
          </h2>
          {own[0] === undefined ? null : (
            <p>
              <Whose page={page} found={own[0]} people={people} />
            </p>
          )}
          <ul class="portico-entries">
            {own.map((found) => (
              <li class="portico-entry" key={found.receipt}>
                <div class="portico-entry__what">
                  <p class="portico-entry__name">
                    <a href={playPath(found.receipt)}>{formName(page, found.form, catalogue)}</a>
                  </p>
                  <p class="portico-entry__facts">
                    <code {...VERBATIM}>{found.receipt}</code>
                    <StatusTag page={page} status={found.status} catalogue={catalogue} />
                    <span>{t('demo.play-since', { date: date(found.statusAt) })}</span>
                  </p>
                </div>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </Layout>
  );
}

/** Who can see a case, and so whom to be while playing it. */
function Whose({ page, found, people }: People & { readonly page: Page; readonly found: ListedCase }) {
  const { t, rich } = page.words;
  const person = people.find(({ receipts }) => receipts.includes(found.receipt));
  if (person !== undefined)
    return <>{rich('demo.play-account', { name: person.username, b: (name) => <code>{name}</code> })}</>;
  return (
    <>
      {t('demo.play-no-account')}{' '}
      <a href="/demo/notices" target="_blank" rel="noopener">
        {t('demo.notices-title')}
      </a>
    </>
  );
}

/** A case, what may be said in it, and what was sent just now. */
export function PlayedCasePage({
  scene,
  people,
  sent,
}: People & { readonly scene: Scene; readonly sent: string | null }) {
  const { page, played, catalogue } = scene;
  const { t } = page.words;
  const name = formName(page, played.form, catalogue);
  return (
    <Layout page={page} title={`${t('demo.play-title')}: ${name}, ${played.receipt}`} width="wide">
      <BackLink href={playPath()} text={t('demo.play-all')} />
      {sent === null ? null : <Sent page={page} played={played} line={sent} />}
      <h1>{name}</h1>
      <SummaryList
        rows={[
          { term: t('cases.person'), value: <bdi>{writtenName(played.person)}</bdi> },
          { term: t('cases.receipt-number'), value: <code {...VERBATIM}>{played.receipt}</code> },
          { term: t('demo.play-seen-by'), value: <Whose page={page} found={played} people={people} /> },
          {
            term: t('demo.play-arrives'),
            value: (
              <ApplicantLink page={page} receipt={played.receipt} text={t('demo.play-applicant-page')} />
            ),
          },
        ]}
      />
      {PLAY_KINDS.map((kind) => (
        <div class="portico-play__kind" key={kind.path}>
          {kind.offers(scene)}
        </div>
      ))}
    </Layout>
  );
}

function Sent({
  page,
  played,
  line,
}: {
  readonly page: Page;
  readonly played: PlayedCase;
  readonly line: string;
}) {
  const { t } = page.words;
  return (
    <Alert page={page} kind="success" title={t('demo.play-sent')}>
      <p>{t('demo.play-sent-text')}</p>
      <p>
        <ApplicantLink page={page} receipt={played.receipt} text={t('demo.play-open-page')} />
      </p>
      <details class="portico-play__line">
        <summary>{t('demo.play-line')}</summary>
        <p>{t('demo.play-line-text')}</p>
        <pre>
          <code id="sent-line">{line}</code>
        </pre>
        <CopyButton page={page} from="sent-line" />
      </details>
    </Alert>
  );
}

const ApplicantLink = ({
  receipt,
  text,
}: {
  readonly page: Page;
  readonly receipt: string;
  readonly text: string;
}) => (
  <a href={`/cases/${receipt}`} target="_blank" rel="noopener">
    {text}
  </a>
);

const BackLink = ({ href, text }: { readonly href: string; readonly text: string }) => (
  <p class="portico-caption">
    <a href={href}>{text}</a>
  </p>
);

export type FormState = {
  /** The id that the line gives to what it says, the same for a form that is sent twice. */
  readonly id: string;
  readonly typed: Readonly<Record<string, string>>;
  readonly errors: readonly FieldError[];
  /** Why it was not sent, where that is of no field. */
  readonly refused: { readonly title: string; readonly reason?: string } | null;
};

/** What is asked before a line is sent. */
export function PlayFormPage({
  scene,
  form,
  state,
}: {
  readonly scene: Scene;
  readonly form: PlayForm;
  readonly state: FormState;
}) {
  const { page, played, catalogue } = scene;
  const { t } = page.words;
  const { errors, refused, typed, id } = state;
  const back = playPath(played.receipt);
  return (
    <Layout page={page} title={form.title} error={errors.length > 0 || refused !== null}>
      <ErrorSummary page={page} errors={errors} />
      {refused === null ? null : (
        <Alert page={page} kind="error" title={refused.title}>
          {refused.reason === undefined ? null : (
            <p>
              <code lang="en">{refused.reason}</code>
            </p>
          )}
        </Alert>
      )}
      <p class="portico-caption">
        {formName(page, played.form, catalogue)}, <code {...VERBATIM}>{played.receipt}</code>
        <br />
        <bdi>{writtenName(played.person)}</bdi>
      </p>
      <h1>{form.title}</h1>
      {form.text === undefined ? null : <Lead>{form.text}</Lead>}
      <Form page={page}>
        <input type="hidden" name="event" value={id} />
        {form.fields.map((field) => (
          <PlayFieldView
            key={field.name}
            field={field}
            value={typed[field.name] ?? field.value}
            errors={errors}
          />
        ))}
        <Buttons>
          <Button>{t('demo.play-send')}</Button>
          <a href={back}>{t('demo.play-cancel')}</a>
        </Buttons>
      </Form>
    </Layout>
  );
}
