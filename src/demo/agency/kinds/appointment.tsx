import { inLanguage } from '../../../platform/agency/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import { ButtonLink } from '../../../platform/ui/index.ts';
import { isComing } from '../../../records/appointments/index.ts';
import { feedDay, oneOf, timeOfDay, workdayFrom } from '../fields.tsx';
import { type Answers, namedIn, type PlayKind, playPath, type Scene, saying } from '../kind.ts';
import { textFields, textOf } from '../localized.ts';
import type { PlayedCase } from '../played-case.ts';

const NEW = 'appointment';
const NEXT = 'appointment-state';
const [DAYS_AHEAD, TIME] = [21, '09:30'];

const BEGINNINGS = {
  offered: 'demo.play-appointment-offered',
  fixed: 'demo.play-appointment-fixed',
} as const satisfies Record<string, PlainWordKey>;

const STATES = {
  moved: 'demo.play-appointment-moved',
  cancelled: 'demo.play-appointment-cancelled',
  done: 'demo.play-appointment-done',
  missed: 'demo.play-appointment-missed',
} as const satisfies Record<string, PlainWordKey>;

/** That somebody is to come, or to choose when. */
export const appointment: PlayKind = {
  path: NEW,
  offers: (scene) => {
    const { page, played } = scene;
    const { t } = page.words;
    return (
      <section>
        <h2>{t('appointments.nav')}</h2>
        <p>
          <ButtonLink href={playPath(played.receipt, NEW)} kind="secondary">
            {t('demo.play-appointment')}
          </ButtonLink>
        </p>
        {played.appointments.length === 0 ? null : (
          <ul class="portico-entries">
            {played.appointments.map((each) => (
              <Entry key={each.id} scene={scene} found={each} />
            ))}
          </ul>
        )}
      </section>
    );
  },
  form: (scene) => {
    const { page, played, rules } = scene;
    const { t, language } = page.words;
    const taken = new Set(
      played.appointments
        .filter(({ state }) => state === 'offered' || state === 'fixed')
        .map(({ type }) => type),
    );
    const types = [...rules.types.values()].filter(({ code }) => !taken.has(code));
    const [first] = types;
    if (first === undefined) return null;
    return {
      title: t('demo.play-appointment'),
      text: t('demo.play-appointment-text'),
      fields: [
        {
          as: 'one-of',
          name: 'type',
          label: t('demo.play-appointment-type'),
          value: first.code,
          options: types.map(({ code, name }) => ({ value: code, label: inLanguage(name, language) })),
          rule: oneOf(
            types.map(({ code }) => code),
            'demo.play-state-missing',
          ),
        },
        {
          as: 'one-of',
          name: 'state',
          label: t('demo.play-state'),
          value: 'offered',
          options: [
            { value: 'offered', label: t(BEGINNINGS.offered) },
            { value: 'fixed', label: t(BEGINNINGS.fixed) },
          ],
          rule: oneOf(['offered', 'fixed'], 'demo.play-state-missing'),
        },
        ...placeAndTime(scene),
      ],
      say: (answers) => {
        const { type, state, office } = answers;
        return state === 'offered'
          ? saying('appointment', { state, type, offices: [office] })
          : saying('appointment', { state, type, office, start: startOf(answers) });
      },
    };
  },
};

/** How an appointment goes on. It is offered where the appointments are. */
export const appointmentState: PlayKind = {
  path: NEXT,
  offers: () => null,
  form: (scene, query) => {
    const { page, played, rules } = scene;
    const { t, language } = page.words;
    const asked = namedIn(query, 'appointment');
    const found = played.appointments.find(({ event }) => event === asked);
    if (found === undefined || !isComing(found, page.now)) return null;
    const type = rules.types.get(found.type);
    const note = { page, name: 'note', label: t('demo.play-appointment-note'), optional: true };
    return {
      title: t('demo.play-appointment-next'),
      ...(type === undefined ? {} : { text: inLanguage(type.name, language) }),
      fields: [
        {
          as: 'one-of',
          name: 'state',
          label: t('demo.play-state'),
          value: 'moved',
          options: Object.entries(STATES).map(([value, word]) => ({ value, label: t(word) })),
          rule: oneOf(Object.keys(STATES), 'demo.play-state-missing'),
        },
        ...placeAndTime(scene),
        ...textFields(note, ''),
      ],
      say: (answers) => {
        const { state, office } = answers;
        const dated = state === 'moved' ? { office, start: startOf(answers) } : {};
        return saying('appointment', {
          appointment: found.event,
          state,
          ...dated,
          note: textOf(note, answers),
        });
      },
    };
  },
};

const startOf = ({ day = '', time = '' }: Answers): string => `${day}T${time}`;

function placeAndTime({ page, today, catalogue }: Scene) {
  const { t, language } = page.words;
  const offices = [...catalogue.offices.values()].filter(({ address }) => address !== null);
  return [
    {
      as: 'one-of' as const,
      name: 'office',
      label: t('appointments.office'),
      value: offices[0]?.code ?? '',
      options: offices.map(({ code, name }) => ({ value: code, label: inLanguage(name, language) })),
      rule: oneOf(
        offices.map(({ code }) => code),
        'demo.play-state-missing',
      ),
    },
    {
      as: 'day' as const,
      name: 'day',
      label: t('demo.play-appointment-day'),
      value: workdayFrom(today, DAYS_AHEAD),
      rule: feedDay(today),
    },
    {
      as: 'time' as const,
      name: 'time',
      label: t('demo.play-appointment-time'),
      value: TIME,
      rule: timeOfDay,
    },
  ];
}

function Entry({
  scene: { page, played, rules },
  found,
}: {
  readonly scene: Scene;
  readonly found: PlayedCase['appointments'][number];
}) {
  const { t, language, date } = page.words;
  const type = rules.types.get(found.type);
  const name = type === undefined ? t('appointments.unknown-type') : inLanguage(type.name, language);
  return (
    <li class="portico-entry">
      <div class="portico-entry__what">
        <p class="portico-entry__name">{name}</p>
        <p class="portico-entry__facts">{found.startsAt === null ? null : date(found.startsAt)}</p>
      </div>
      {isComing(found, page.now) ? (
        <p class="portico-entry__actions">
          <a href={playPath(played.receipt, NEXT, { appointment: found.event })}>
            {t('demo.play-go-on')}
            <span class="usa-sr-only">: {name}</span>
          </a>
        </p>
      ) : null}
    </li>
  );
}
