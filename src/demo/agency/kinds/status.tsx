import { inLanguage } from '../../../platform/agency/index.ts';
import { ButtonLink } from '../../../platform/ui/index.ts';
import { allows, briefly, type CaseCatalogue, type Status } from '../../../records/cases/index.ts';
import { oneOf } from '../fields.tsx';
import { type PlayKind, playPath, type Scene, saying } from '../kind.ts';
import { StatusTag } from '../labels.tsx';
import { textFields, textOf } from '../localized.ts';
import type { PlayedCase } from '../played-case.ts';

export const STATUS_PATH = 'status';

/** That a case comes to a status. */
export const status: PlayKind = {
  path: STATUS_PATH,
  offers: ({ page, played, catalogue }) => (
    <section>
      <h2>{page.words.t('demo.play-status')}</h2>
      <p>
        <StatusTag page={page} status={played.status} catalogue={catalogue} />{' '}
        {page.words.t('demo.play-since', { date: page.words.date(played.statusAt) })}
      </p>
      <p>
        <ButtonLink href={playPath(played.receipt, STATUS_PATH)}>
          {page.words.t('demo.play-status-choose')}
        </ButtonLink>
      </p>
    </section>
  ),
  form: (scene) => {
    const { page, played, catalogue } = scene;
    const { t } = page.words;
    const groups = followingStatuses(played, catalogue);
    const detail = {
      page,
      name: 'detail',
      label: t('demo.play-detail'),
      hint: t('demo.play-detail-hint'),
      optional: true,
    };
    return {
      title: t('demo.play-status-title'),
      text: t('demo.play-status-text'),
      fields: [
        {
          as: 'select',
          name: 'status',
          label: t('demo.play-status-next'),
          placeholder: t('demo.play-choose'),
          value: '',
          options: groups.map(({ label, statuses }) => ({
            label: label(scene),
            options: statuses.map(({ code, label: called }) => ({
              value: code,
              label: inLanguage(called, page.words.language),
            })),
          })),
          rule: oneOf(
            groups.flatMap(({ statuses }) => statuses.map(({ code }) => code)),
            'demo.play-status-missing',
          ),
        },
        ...textFields(detail, ''),
      ],
      say: (answers) => {
        const { form, person } = played;
        return saying(null, { form, status: answers['status'], detail: textOf(detail, answers), person });
      },
    };
  },
};

type Group = { readonly label: (scene: Scene) => string; readonly statuses: readonly Status[] };

/**
 * The statuses that a case may come to, in groups: those of the step where it is and of the next ones, then those by which
 * it goes back, the nearest step first, then those that leave it where it is.
 */
function followingStatuses(
  { form: code, statuses: had }: Pick<PlayedCase, 'form' | 'statuses'>,
  catalogue: CaseCatalogue,
): readonly Group[] {
  const form = catalogue.forms.get(code);
  if (form === undefined) return [];
  const allowed = [...catalogue.statuses.values()].filter((each) => allows(form, each));
  const here = form.phases.indexOf(briefly({ form: code, statuses: had }, catalogue)?.phase ?? '');
  const at = Math.max(here, 0);
  const ofPhase = (phase: string, label: (called: string, scene: Scene) => string): Group => ({
    label: (scene) => {
      const found = catalogue.phases.get(phase);
      return label(found === undefined ? phase : inLanguage(found.label, scene.page.words.language), scene);
    },
    statuses: allowed.filter((each) => each.phase === phase),
  });
  return [
    ...form.phases
      .slice(at, at + 1)
      .map((phase) =>
        ofPhase(phase, (called, { page }) => page.words.t('demo.play-here', { phase: called })),
      ),
    ...form.phases
      .slice(at + 1)
      .map((phase) =>
        ofPhase(phase, (called, { page }) => page.words.t('demo.play-ahead', { phase: called })),
      ),
    ...form.phases
      .slice(0, at)
      .toReversed()
      .map((phase) =>
        ofPhase(phase, (called, { page }) => page.words.t('demo.play-back', { phase: called })),
      ),
    {
      label: ({ page }: Scene) => page.words.t('demo.play-anywhere'),
      statuses: allowed.filter(({ phase }) => phase === null),
    },
  ].filter(({ statuses }) => statuses.length > 0);
}
