/** What has to be known of forms and statuses to tell from when to when a case waits; the catalogue of cases has it. */
export type WaitCatalogue = {
  readonly forms: ReadonlyMap<string, { readonly code: string; readonly phases: readonly string[] }>;
  readonly statuses: ReadonlyMap<string, WaitStatus>;
};

type WaitStatus = {
  readonly code: string;
  readonly phase: string | null;
  readonly tone: string;
  readonly ends: boolean;
  readonly decides: boolean;
  readonly forms: readonly string[] | null;
};

/** An event of a case, on the agency's calendar day, counted from 1970. */
export type WaitEvent = { readonly status: string; readonly day: number; readonly office: string | null };

/** From when to when a case waits for a decision, in days counted from 1970. */
export type Wait = {
  readonly form: string;
  /** The office at its end, or now; null where the feed has named none. */
  readonly office: string | null;
  readonly start: number;
  readonly end: { readonly day: number; readonly outcome: 'decided' | 'stopped' } | null;
};

type Effect = 'decides' | 'stops' | 'goes-on' | 'nothing';

/**
 * The wait of a case. It starts on the day of the first event in the first phase of its form, and ends on the day of a
 * decision, or stops without one. A case that goes back to a phase before the decision waits on, from its first start.
 * @param events in the order in which they happened
 * @returns null when nothing tells when it started
 */
export function waitOf(form: string, events: readonly WaitEvent[], catalogue: WaitCatalogue): Wait | null {
  const phases = catalogue.forms.get(form)?.phases ?? [];
  const decision = decisionPlace(form, phases, catalogue);
  let start: number | null = null;
  let end: Wait['end'] = null;
  let office: string | null = null;
  let officeAtEnd: string | null = null;
  for (const event of events) {
    const status = catalogue.statuses.get(event.status);
    office = event.office ?? office;
    if (status === undefined) continue;
    if (start === null && status.phase !== null && status.phase === phases[0]) start = event.day;
    if (start === null) continue;
    const effect = effectOf(status, phases, decision);
    if (effect === 'goes-on') end = null;
    const isEnd = effect === 'decides' ? end?.outcome !== 'decided' : effect === 'stops' && end === null;
    if (!isEnd) continue;
    end = { day: Math.max(start, event.day), outcome: effect === 'decides' ? 'decided' : 'stopped' };
    officeAtEnd = office;
  }
  return start === null ? null : { form, office: end === null ? office : officeAtEnd, start, end };
}

/** The first place in the form's way at which one of its statuses decides. */
function decisionPlace(form: string, phases: readonly string[], { statuses }: WaitCatalogue): number {
  const places = [...statuses.values()]
    .filter(({ decides, forms }) => decides && (forms === null || forms.includes(form)))
    .map(({ phase }) => (phase === null ? -1 : phases.indexOf(phase)))
    .filter((place) => place !== -1);
  return Math.min(...places, phases.length);
}

function effectOf(status: WaitStatus, phases: readonly string[], decision: number): Effect {
  if (status.decides) return 'decides';
  if (status.ends) return status.tone === 'stopped' ? 'stops' : 'decides';
  const place = status.phase === null ? -1 : phases.indexOf(status.phase);
  return place !== -1 && place < decision ? 'goes-on' : 'nothing';
}

/** All of a catalogue that decides how waits are counted, as one text: another text, another count. */
export function writeWaitRules({ forms, statuses }: WaitCatalogue): string {
  const byCode = <T extends { readonly code: string }>(items: Iterable<T>) =>
    [...items].sort((a, b) => (a.code < b.code ? -1 : 1));
  return JSON.stringify([
    byCode(forms.values()).map(({ code, phases }) => [code, phases]),
    byCode(statuses.values()).map(({ code, phase, tone, ends, decides, forms: of }) => [
      code,
      phase,
      tone === 'stopped',
      ends,
      decides,
      of,
    ]),
  ]);
}
