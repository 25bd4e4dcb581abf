import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { loadCaseCatalogue } from '../cases/index.ts';
import { waitOf, writeWaitRules } from './wait.ts';

const catalogue = loadCaseCatalogue(loadAgency(join(import.meta.dirname, '../../../agencies/arcadia')));

/** The wait of a case to which these came, `status@day` or `status@day/office`. */
function wait(form: string, ...events: readonly string[]) {
  return waitOf(
    form,
    events.map((event) => {
      const [status = '', rest = ''] = event.split('@');
      const [day, office = null] = rest.split('/');
      return { status, day: Number(day), office };
    }),
    catalogue,
  );
}

describe('a wait', () => {
  it('goes from the first status of the first phase to the decision, and no further', () => {
    expect(wait('WORK-4', 'case-received@10', 'under-review@40', 'approved@95', 'card-mailed@120')).toEqual({
      form: 'WORK-4',
      office: null,
      start: 10,
      end: { day: 95, outcome: 'decided' },
    });
    expect(wait('NAT-1', 'case-received@10', 'recommended-for-approval@95', 'oath-taken@200')?.end).toEqual({
      day: 95,
      outcome: 'decided',
    });
    expect(wait('WORK-4', 'case-received@10', 'payment-problem@12', 'payment-received@20')).toMatchObject({
      start: 10,
      end: null,
    });
  });

  it('of a case of which nobody says when it was received is not known', () => {
    expect(wait('WORK-4', 'under-review@40', 'approved@95')).toBeNull();
    expect(wait('WORK-4')).toBeNull();
    expect(wait('WORK-4', 'no-longer-a-status@4', 'case-received@10')?.start).toBe(10);
    expect(wait('NO-FORM', 'case-received@10')).toBeNull();
  });

  it('that stops without a decision is not decided', () => {
    for (const status of ['rejected', 'withdrawn', 'closed-without-answer'])
      expect(wait('WORK-4', 'case-received@10', `${status}@30`)?.end).toEqual({
        day: 30,
        outcome: 'stopped',
      });
    expect(wait('WORK-4', 'case-received@10', 'approved@30', 'withdrawn@40')?.end).toEqual({
      day: 30,
      outcome: 'decided',
    });
    expect(wait('WORK-4', 'case-received@10', 'withdrawn@30', 'approved@40')?.end).toEqual({
      day: 40,
      outcome: 'decided',
    });
  });

  it('of a reopened case goes on from its first start', () => {
    const reopened = ['case-received@10', 'denied@95', 'case-reopened@120'] as const;
    expect(wait('WORK-4', ...reopened)).toMatchObject({ start: 10, end: null });
    expect(wait('WORK-4', ...reopened, 'approved@150')).toMatchObject({
      start: 10,
      end: { day: 150, outcome: 'decided' },
    });
    expect(wait('NAT-1', 'case-received@10', 'denied@95', 'appeal-received@120')).toMatchObject({
      end: null,
    });
  });

  it('belongs to the office that decides, or that has the case now', () => {
    expect(wait('WORK-4', 'case-received@10/novaria', 'under-review@20')?.office).toBe('novaria');
    expect(wait('WORK-4', 'case-received@10/novaria', 'case-transferred@20/lindenmark')?.office).toBe(
      'lindenmark',
    );
    expect(
      wait('WORK-4', 'case-received@1/novaria', 'approved@20', 'card-mailed@30/lindenmark')?.office,
    ).toBe('novaria');
    expect(
      wait('WORK-4', 'case-received@1/novaria', 'denied@20', 'case-reopened@30/lindenmark')?.office,
    ).toBe('lindenmark');
  });

  it('is counted by rules that are another text only where they count otherwise', () => {
    const rules = writeWaitRules(catalogue);
    const statuses = new Map(catalogue.statuses);
    const denied = statuses.get('denied');
    if (denied === undefined) throw new Error('no status "denied"');
    expect(writeWaitRules({ ...catalogue, statuses: new Map([...statuses].toReversed()) })).toBe(rules);
    statuses.set('denied', { ...denied, label: { en: 'x', es: 'x' } });
    expect(writeWaitRules({ ...catalogue, statuses })).toBe(rules);
    statuses.set('denied', { ...denied, decides: false });
    expect(writeWaitRules({ ...catalogue, statuses })).not.toBe(rules);
  });
});
