import type { CaseCatalogue, Status } from './catalogue.ts';

/** What is known of a case's history: its events in any order. */
export type CaseHistory = {
  readonly form: string;
  readonly events: readonly { readonly id: string; readonly at: Date; readonly status: string }[];
};

/**
 * One step of a case's track. `stopped` is where the case ended without success, `reached` one that it was at before it
 * went back.
 */
export type TrackStep = {
  readonly phase: string;
  readonly state: 'done' | 'current' | 'reached' | 'upcoming' | 'stopped';
  /** When the case came to the current step, or when last something happened in another; null where nothing did. */
  readonly at: Date | null;
};

export type Track = {
  /** In the order of the form. A case that has ended has no step after the one where it ended. */
  readonly steps: readonly TrackStep[];
  /** How the case went back last, where it had already been further than it is now. */
  readonly back: StepBack | null;
};

/** That a case went back to an earlier step. */
export type StepBack = {
  /** The event by which it did. */
  readonly event: string;
  readonly at: Date;
  readonly status: string;
  /** The phases that it went from and to. */
  readonly from: string;
  readonly to: string;
};

/**
 * The order of events: by time, then by id, so that it does not depend on the order of arrival.
 * @returns negative when `a` comes first
 */
export function byTime(
  a: { readonly id: string; readonly at: Date },
  b: { readonly id: string; readonly at: Date },
): number {
  return a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** Where a case stands, in one line. */
export type BriefTrack = {
  readonly phase: string;
  /** Which step of its form that is, the first one being 1. */
  readonly step: number;
  readonly of: number;
  readonly state: 'current' | 'done' | 'stopped';
};

/**
 * Where a case stands on the way of its form. A case can move back a step, and goes on from there.
 * @returns no steps when the form or every status is not (or no longer) in the catalogue
 */
export function progress(history: CaseHistory, catalogue: CaseCatalogue): Track {
  const phases = catalogue.forms.get(history.form)?.phases ?? [];
  const since = new Map<number, Date>();
  const last = new Map<number, Date>();
  let position = 0;
  let furthest = 0;
  let latest: Status | undefined;
  let back: StepBack | null = null;
  for (const event of history.events.toSorted(byTime)) {
    const status = catalogue.statuses.get(event.status);
    if (status === undefined) continue;
    latest = status;
    const at = positionAfter(position, status, phases);
    if (at !== position || !since.has(at)) since.set(at, event.at);
    last.set(at, event.at);
    const [from, to] = [phases[position], phases[at]];
    if (at < position && from !== undefined && to !== undefined)
      back = { event: event.id, at: event.at, status: event.status, from, to };
    position = at;
    furthest = Math.max(furthest, at);
  }
  if (latest === undefined || phases.length === 0) return { steps: [], back: null };

  const { ends } = latest;
  const here = stateAt(latest);
  const state = (index: number): TrackStep['state'] =>
    index < position ? 'done' : index === position ? here : last.has(index) ? 'reached' : 'upcoming';
  const steps = phases.map((phase, index) => {
    const at = state(index) === 'current' ? since.get(index) : last.get(index);
    return { phase, state: state(index), at: at ?? null };
  });
  return { steps: ends ? steps.slice(0, position + 1) : steps, back: position < furthest ? back : null };
}

/**
 * The same in one line, of the statuses alone.
 * @param statuses every status that the case has had, oldest first
 * @returns null when the form or every status is not (or no longer) in the catalogue
 */
export function briefly(
  { form, statuses }: { readonly form: string; readonly statuses: readonly string[] },
  catalogue: CaseCatalogue,
): BriefTrack | null {
  const phases = catalogue.forms.get(form)?.phases ?? [];
  const known = statuses.flatMap((code) => catalogue.statuses.get(code) ?? []);
  const position = known.reduce((before, status) => positionAfter(before, status, phases), 0);
  const latest = known.at(-1);
  const phase = phases[position];
  if (latest === undefined || phase === undefined) return null;
  return { phase, step: position + 1, of: phases.length, state: stateAt(latest) };
}

/** A status of no phase, or of one that the form does not have, leaves a case where it was. */
function positionAfter(before: number, { phase }: Status, phases: readonly string[]): number {
  const moved = phase === null ? before : phases.indexOf(phase);
  return moved === -1 ? before : moved;
}

const stateAt = ({ ends, tone }: Status): BriefTrack['state'] =>
  !ends ? 'current' : tone === 'good' ? 'done' : 'stopped';
