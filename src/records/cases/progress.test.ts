import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { allows, byNeed, loadCaseCatalogue, needsDoing, progress } from './index.ts';

const catalogue = loadCaseCatalogue(loadAgency(join(import.meta.dirname, '../../../agencies/arcadia')));

const day = (number: number) => new Date(Date.UTC(2026, 0, 1 + number));
const history = (form: string, ...statuses: string[]) => ({
  form,
  events: statuses.map((status, index) => ({ id: `e${index}`, at: day(index), status })),
});
const states = (form: string, ...statuses: string[]) =>
  progress(history(form, ...statuses), catalogue).steps.map(({ phase, state }) => `${phase}: ${state}`);

describe('the track of a case', () => {
  it('starts at its first step', () => {
    expect(states('WORK-4', 'case-received')).toEqual([
      'received: current',
      'biometrics: upcoming',
      'review: upcoming',
      'decision: upcoming',
      'card: upcoming',
    ]);
  });

  it('counts a step that was skipped as done', () => {
    expect(states('WORK-4', 'case-received', 'under-review')).toEqual([
      'received: done',
      'biometrics: done',
      'review: current',
      'decision: upcoming',
      'card: upcoming',
    ]);
  });

  it('moves back when the agency asks for more after the interview', () => {
    const track = progress(
      history('NAT-1', 'case-received', 'under-review', 'interview-completed', 'request-for-evidence-sent'),
      catalogue,
    );
    expect(track.back).toMatchObject({
      status: 'request-for-evidence-sent',
      from: 'interview',
      to: 'review',
    });
    expect(track.steps.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'current',
      'reached',
      'upcoming',
      'upcoming',
    ]);
    expect(track.steps[2]?.at).toEqual(day(3));
    expect(track.steps[3]?.at).toEqual(day(2));
    expect(track.steps[4]?.at).toBeNull();
  });

  it('says of a step that is done when last something happened in it, not when it began', () => {
    const given = [
      'case-received',
      'biometrics-scheduled',
      'biometrics-taken',
      'under-review',
      'case-transferred',
    ];
    const { steps } = progress(history('NAT-1', ...given), catalogue);
    expect(steps.map(({ state, at }) => [state, at])).toEqual([
      ['done', day(0)],
      ['done', day(2)],
      ['current', day(3)],
      ['upcoming', null],
      ['upcoming', null],
      ['upcoming', null],
    ]);
  });

  it('has caught up again once the case is as far as it was', () => {
    const track = progress(
      history('NAT-1', 'interview-completed', 'request-for-evidence-sent', 'interview-scheduled'),
      catalogue,
    );
    expect(track.back).toBeNull();
  });

  it('stops at the decision when it is a no, and has nothing after', () => {
    expect(states('WORK-4', 'case-received', 'biometrics-taken', 'under-review', 'denied')).toEqual([
      'received: done',
      'biometrics: done',
      'review: done',
      'decision: stopped',
    ]);
  });

  it('stops where the case was when it is withdrawn', () => {
    expect(states('FAM-3', 'case-received', 'under-review', 'withdrawn')).toEqual([
      'received: done',
      'review: stopped',
    ]);
  });

  it('stops at the first step when the form was sent back', () => {
    expect(states('CARD-2', 'case-received', 'rejected')).toEqual(['received: stopped']);
  });

  it('goes on after a no that is looked at again', () => {
    expect(states('CARD-2', 'case-received', 'denied', 'case-reopened')).toEqual([
      'received: done',
      'biometrics: done',
      'review: current',
      'decision: reached',
      'card: upcoming',
    ]);
  });

  it('stays where it is when the case only moves to another office', () => {
    expect(states('FAM-3', 'case-received', 'under-review', 'case-transferred')).toEqual([
      'received: done',
      'review: current',
      'decision: upcoming',
      'visa-office: upcoming',
    ]);
  });

  it('is all done at the end', () => {
    expect(
      states('NAT-1', 'case-received', 'oath-scheduled', 'oath-taken').every((step) => step.endsWith('done')),
    ).toBe(true);
  });

  it('is empty for a form that the agency no longer has', () => {
    expect(progress(history('OLD-9', 'case-received'), catalogue).steps).toEqual([]);
  });

  it('has at most one current or stopped step, only done before it and none done after it, in any order of events', () => {
    const anyHistory = fc.constantFrom(...catalogue.forms.values()).chain((form) => {
      const codes = [...catalogue.statuses.values()]
        .filter((status) => allows(form, status))
        .map(({ code }) => code);
      return fc
        .array(fc.constantFrom(...codes), { minLength: 1, maxLength: 12 })
        .map((statuses) => history(form.code, ...statuses));
    });
    fc.assert(
      fc.property(anyHistory, (given) => {
        const track = progress(given, catalogue);
        const line = track.steps.map(({ state }) => state).join(' ');
        expect(line).toMatch(/^(done ?)*((current|stopped) ?)?((upcoming|reached) ?)*$/);
        expect(line).toMatch(/done|current|stopped/);
        expect(progress({ ...given, events: given.events.toReversed() }, catalogue)).toEqual(track);
      }),
    );
  });
});

describe('what needs doing', () => {
  const found = (receipt: string, status: string, at: number) => ({ receipt, status, statusAt: day(at) });

  it('comes first, then the newest', () => {
    const cases = [
      found('ARC1', 'under-review', 9),
      found('ARC2', 'request-for-evidence-sent', 1),
      found('ARC3', 'denied', 5),
      found('ARC4', 'interview-scheduled', 2),
    ];
    expect(byNeed(cases, catalogue).map(({ receipt }) => receipt)).toEqual(['ARC4', 'ARC2', 'ARC1', 'ARC3']);
    expect(cases.map((each) => needsDoing(each, catalogue))).toEqual([false, true, false, true]);
  });
});
