import { Icon } from './icon.tsx';
import type { Page } from './page.ts';

/**
 * `stopped`: the way ended here, as for a case that was withdrawn or denied. `reached`: it was here before and went back.
 */
export type StepState = 'done' | 'current' | 'reached' | 'upcoming' | 'stopped';

export type Step = {
  readonly title: string;
  readonly state: StepState;
  /** When it was done, or is usually done, as text. */
  readonly when?: string;
};

export type TrackProps = {
  readonly page: Page;
  /** What the steps lead to, for those who do not see them. */
  readonly label: string;
  readonly steps: readonly Step[];
};

const WORDS = {
  done: 'ui.track-done',
  current: 'ui.track-current',
  reached: 'ui.track-reached',
  upcoming: 'ui.track-upcoming',
  stopped: 'ui.track-stopped',
} as const;

/** How far a case has come: a row of doorways, or a column of them on a phone. */
export function Track({ page, label, steps }: TrackProps) {
  return (
    <ol class="portico-track" aria-label={label}>
      {steps.map(({ title, state, when }) => (
        <li
          class={`portico-track__step portico-track__step--${state}`}
          key={title}
          {...(state === 'current' ? { 'aria-current': 'step' as const } : {})}
        >
          <span class="portico-track__door">
            <Mark state={state} />
          </span>
          <span class="portico-track__text">
            <span class="portico-track__title">{title}</span>
            <span class="portico-track__state">{page.words.t(WORDS[state])}</span>
            {when === undefined ? null : <span class="portico-track__when">{when}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}

function Mark({ state }: { readonly state: StepState }) {
  switch (state) {
    case 'done':
      return <Icon name="check" />;
    case 'stopped':
      return <Icon name="stop" />;
    case 'current':
    case 'reached':
    case 'upcoming':
      return null;
  }
}
