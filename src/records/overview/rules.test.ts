import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { loadCaseCatalogue } from '../cases/index.ts';
import { findCases, type OverviewCase, tasksOf, wantedOf } from './index.ts';

const catalogue = loadCaseCatalogue(loadAgency(join(import.meta.dirname, '../../../agencies/arcadia')));
const day = (of: number) => new Date(Date.UTC(2026, 2, of));

function one(more: Partial<OverviewCase>): OverviewCase {
  return {
    receipt: 'ARC0000000001',
    form: 'NAT-1',
    status: 'under-review',
    statusAt: day(1),
    person: { id: 'p', name: 'José Ñahui' },
    events: [],
    detail: null,
    requests: [],
    wait: null,
    news: [],
    newDocuments: [],
    ...more,
  };
}
const asked = (id: string, dueOn: string) => ({ id, dueOn, at: day(1) });

describe('what a person has to do', () => {
  it('is in the order of its days, and what has none comes after, the oldest first', () => {
    const tasks = tasksOf(
      [
        one({ receipt: 'A', status: 'oath-scheduled', statusAt: day(20) }),
        one({ receipt: 'B', requests: [asked('late', '2026-05-01'), asked('soon', '2026-04-01')] }),
        one({ receipt: 'C', status: 'interview-scheduled', statusAt: day(10) }),
        one({ receipt: 'D', status: 'approved' }),
      ],
      catalogue,
    );
    expect(
      tasks.map((task) => [task.found.receipt, task.is === 'send-papers' ? task.request : null]),
    ).toEqual([
      ['B', 'soon'],
      ['B', 'late'],
      ['C', null],
      ['A', null],
    ]);
  });

  it('says once that papers are asked for, and says both where the status is of something else', () => {
    const kinds = (status: string, requests: OverviewCase['requests']) =>
      tasksOf([one({ status, requests })], catalogue).map(({ is }) => is);
    expect(kinds('request-for-evidence-sent', [asked('r', '2026-04-01')])).toEqual(['send-papers']);
    expect(kinds('request-for-evidence-sent', [])).toEqual(['as-status-says']);
    expect(kinds('interview-scheduled', [asked('r', '2026-04-01')])).toEqual([
      'send-papers',
      'as-status-says',
    ]);
    expect(kinds('under-review', [])).toEqual([]);
  });
});

describe('looking for cases', () => {
  const cases = [
    one({ receipt: 'ARC2690001986' }),
    one({ receipt: 'ARC2690007754', form: 'WORK-4', status: 'interview-scheduled' }),
    one({
      receipt: 'ARC1990004417',
      status: 'denied',
      person: { id: 'q', name: 'Amina Haddad' },
    }),
  ];
  const found = (query: unknown) =>
    findCases(cases, wantedOf(query), catalogue).map(({ receipt }) => receipt);

  it('goes by form, receipt and name, whatever the marks and capitals', () => {
    expect(found({ q: 'nahui' })).toEqual(['ARC2690001986', 'ARC2690007754']);
    expect(found({ q: 'JOSE work-4' })).toEqual(['ARC2690007754']);
    expect(found({ q: 'arc1990' })).toEqual(['ARC1990004417']);
    expect(found({ q: 'nobody' })).toEqual([]);
  });

  it('goes by whose turn it is and what has ended', () => {
    expect(found({ show: 'todo' })).toEqual(['ARC2690007754']);
    expect(found({ show: 'open' })).toEqual(['ARC2690001986', 'ARC2690007754']);
    expect(found({ show: 'closed' })).toEqual(['ARC1990004417']);
  });

  it('finds all where the address says nothing that is understood', () => {
    for (const query of [{}, null, { q: ['a', 'b'] }, { show: 'x' }, { q: 'x'.repeat(5000) }])
      expect(found(query)).toHaveLength(3);
  });
});
