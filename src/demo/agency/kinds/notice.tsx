import { inLanguage } from '../../../platform/agency/index.ts';
import { ButtonLink, Tag } from '../../../platform/ui/index.ts';
import { feedDay } from '../fields.tsx';
import { namedIn, type PlayKind, playPath, type Scene, saying } from '../kind.ts';
import { documentName } from '../labels.tsx';
import type { PlayedCase } from '../played-case.ts';
import { questionsOf } from './notice-fields.ts';
import { WITHDRAWAL_PATH } from './withdrawal.tsx';

const PATH = 'document';

type PlayedDocument = PlayedCase['documents'][number];

/** That the agency writes a notice, by one of its templates, alone or in the place of another. */
export const notice: PlayKind = {
  path: PATH,
  offers: (scene) => {
    const { page, played, templates } = scene;
    const { t, language } = page.words;
    return (
      <section>
        <h2>{t('demo.play-notices')}</h2>
        <p>{t('demo.play-notices-text')}</p>
        <ul class="portico-play__templates">
          {[...templates.all.values()].map(({ id, name }) => (
            <li key={id}>
              <ButtonLink href={playPath(played.receipt, PATH, { template: id })} kind="secondary">
                {inLanguage(name, language)}
              </ButtonLink>
            </li>
          ))}
        </ul>
        {played.documents.length === 0 ? null : (
          <>
            <h3>{t('demo.play-notices-sent')}</h3>
            <ul class="portico-entries">
              {played.documents.map((each) => (
                <Entry key={each.id} scene={scene} document={each} />
              ))}
            </ul>
          </>
        )}
      </section>
    );
  },
  form: (scene, query) => {
    const { page, played, templates, today } = scene;
    const { t, language } = page.words;
    const [asked, replaces] = [namedIn(query, 'template'), namedIn(query, 'replaces')];
    const replaced = played.documents.find(({ event }) => event === replaces);
    if (replaces !== undefined && replaced === undefined) return null;
    const template =
      asked === undefined ? likeliestTemplate(scene, replaced) : (templates.all.get(asked) ?? null);
    if (template === null) return null;
    const { current, kind, id } = template;
    const questions = questionsOf(current, scene);
    return {
      title: inLanguage(template.name, language),
      text:
        replaced === undefined
          ? t('demo.play-notice-text')
          : t('demo.play-replaces', {
              name: documentName(page, replaced, templates),
              date: page.words.calendarDate(replaced.issuedOn),
            }),
      fields: [
        {
          as: 'day',
          name: 'issuedOn',
          label: t('demo.play-issued'),
          value: today,
          rule: feedDay(today),
        },
        ...[...questions.values()].flatMap(({ fields }) => fields),
      ],
      say: (answers) => {
        const read = [...questions].map(([name, question]) => ({ name, value: question.read(answers) }));
        const faults = read.flatMap(({ value }) => (value.is === 'faults' ? value.faults : []));
        if (faults.length > 0) return { is: 'faults', faults };
        const data = read.flatMap(({ name, value }) =>
          value.is === 'value' ? [[name, value.value] as const] : [],
        );
        return saying('document', {
          type: kind,
          issuedOn: answers['issuedOn'],
          template: { name: id, data: Object.fromEntries(data) },
          replaces: replaced?.event ?? null,
        });
      },
    };
  },
};

/** The template of the notice that is replaced, else one of the same kind, else any. */
function likeliestTemplate({ templates }: Scene, replaced: PlayedDocument | undefined) {
  const all = [...templates.all.values()];
  return (
    all.find(({ id }) => id === replaced?.template?.id) ??
    all.find(({ kind }) => kind === replaced?.type) ??
    all[0] ??
    null
  );
}

function Entry({ scene, document }: { readonly scene: Scene; readonly document: PlayedDocument }) {
  const { page, played, templates } = scene;
  const { t, date, calendarDate } = page.words;
  const { event, withdrawnAt, replacedAt, issuedOn } = document;
  const name = documentName(page, document, templates);
  return (
    <li class="portico-entry">
      <div class="portico-entry__what">
        <p class="portico-entry__name">
          <bdi>{name}</bdi>
        </p>
        <p class="portico-entry__facts">
          {calendarDate(issuedOn)}
          {withdrawnAt !== null ? (
            <Tag kind="ended">{t('demo.play-withdrawn', { date: date(withdrawnAt) })}</Tag>
          ) : replacedAt !== null ? (
            <Tag kind="ended">{t('demo.play-replaced', { date: date(replacedAt) })}</Tag>
          ) : null}
        </p>
      </div>
      {withdrawnAt !== null || replacedAt !== null ? null : (
        <p class="portico-entry__actions">
          <a href={playPath(played.receipt, PATH, { replaces: event })}>
            {t('demo.play-replace')}
            <span class="usa-sr-only"> {name}</span>
          </a>
          <a href={playPath(played.receipt, WITHDRAWAL_PATH, { document: event })}>
            {t('demo.play-withdraw')}
            <span class="usa-sr-only"> {name}</span>
          </a>
        </p>
      )}
    </li>
  );
}
