import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import type { Appointment } from '../appointments/index.ts';
import { loadCaseCatalogue } from '../cases/index.ts';
import { loadTemplates } from '../document-templates/index.ts';
import type { UnclaimedNotice } from '../documents/index.ts';
import { type AskedCase, asksOf, faultsOfAsks } from './asks.ts';
import { findCases, type OverviewCase, tasksOf, wantedOf } from './index.ts';

const agency = loadAgency(join(import.meta.dirname, '../../../agencies/arcadia'));
const catalogue = loadCaseCatalogue(agency);
const templates = loadTemplates(agency.folder, agency.languages);
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
    asks: [],
    appointments: [],
    wait: null,
    news: [],
    newDocuments: [],
    ...more,
  };
}
const asked = (id: string, dueOn: string) => ({ id, dueOn, at: day(1), documentId: null });

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

  it('is due on the day that the clock of an office shows, though it is the next one elsewhere', () => {
    const evening: Appointment = {
      id: 'evening',
      receipt: 'A',
      type: 'interview',
      state: 'fixed',
      stateAt: day(1),
      version: 1,
      offices: ['novaria'],
      chooseBy: null,
      office: 'novaria',
      startsAt: new Date('2026-04-02T03:00:00Z'),
      zone: 'America/Los_Angeles',
      confirmedAt: null,
      moves: 0,
      earlierSince: null,
      hold: null,
      needs: { interpreter: null, access: [] },
      history: [],
    };
    const found = one({ appointments: [evening], requests: [asked('next day', '2026-04-02')] });
    expect(tasksOf([found], catalogue).map(({ is }) => is)).toEqual(['confirm-time', 'send-papers']);
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

describe('a notice that asks for something by itself', () => {
  const notice = (
    id: string,
    template: string,
    at: number,
    fields: Record<string, unknown>,
  ): UnclaimedNotice => ({
    id,
    template,
    at: day(at),
    fields,
  });
  const letter = notice('letter', 'request-for-evidence', 10, { replyBy: '2026-04-01', papers: ['Rent'] });
  const invitation = notice('invitation', 'interview', 10, { day: '2026-04-02', time: '09:00' });
  const asks = (
    notices: readonly UnclaimedNotice[],
    more: Partial<AskedCase> = {},
    today = '2026-03-20',
  ): readonly string[] =>
    asksOf({ status: 'under-review', events: [], requests: [], appointments: [], ...more }, notices, {
      catalogue,
      templates,
      today,
    }).map((ask) => `${ask.is} ${ask.notice} ${ask.day}`);
  const event = (status: string, at: number) => ({ status, at: day(at) });

  it('is one task: by its day to answer, on its day to come; a plain letter is none', () => {
    expect(asks([letter, invitation])).toEqual([
      'answer letter 2026-04-01',
      'appointment invitation 2026-04-02',
    ]);
    expect(asks([notice('r', 'receipt', 10, { received: '2026-03-01' })])).toEqual([]);
    expect(asks([notice('d', 'denial', 10, { reviewBy: '2026-04-01' })])).toEqual([]);
  });

  it('is the newest of its kind', () => {
    expect(asks([notice('newer', 'interview', 12, { day: '2026-04-09' }), invitation])).toEqual([
      'appointment newer 2026-04-09',
    ]);
  });

  it('is said by the status, or by an open request for which there is no letter, where they say the same', () => {
    expect(asks([letter, invitation], { status: 'request-for-evidence-sent' })).toEqual([
      'appointment invitation 2026-04-02',
    ]);
    expect(asks([letter, invitation], { status: 'interview-scheduled' })).toEqual([
      'answer letter 2026-04-01',
    ]);
    expect(asks([letter, invitation], { requests: [{ documentId: null }] })).toEqual([
      'appointment invitation 2026-04-02',
    ]);
    expect(asks([letter], { requests: [{ documentId: 'another' }] })).toEqual(['answer letter 2026-04-01']);
  });

  it('is settled by what the agency said after it, and by nothing that it said before', () => {
    expect(
      asks([letter], { events: [event('evidence-received', 9), event('under-review', 11)] }),
    ).toHaveLength(1);
    expect(asks([letter], { events: [event('evidence-received', 11), event('under-review', 12)] })).toEqual(
      [],
    );
    expect(asks([invitation], { events: [event('case-transferred', 12)] })).toHaveLength(1);
    expect(asks([invitation], { events: [event('interview-completed', 12)] })).toEqual([]);
    expect(asks([letter], { status: 'denied', events: [event('denied', 12)] })).toEqual([]);
    expect(asks([letter], { status: 'withdrawn' })).toEqual([]);
  });

  it('stays to be answered after its day, and is no longer to be come to', () => {
    expect(asks([letter, invitation], {}, '2026-04-02')).toEqual([
      'answer letter 2026-04-01',
      'appointment invitation 2026-04-02',
    ]);
    expect(asks([letter, invitation], {}, '2026-04-03')).toEqual(['answer letter 2026-04-01']);
  });

  it('stands among the other tasks by its day', () => {
    const found = one({
      status: 'interview-scheduled',
      requests: [asked('late', '2026-05-01')],
      asks: [{ is: 'answer', notice: 'letter', template: 'request-for-evidence', day: '2026-04-01' }],
    });
    expect(tasksOf([found], catalogue).map(({ is }) => is)).toEqual([
      'as-notice-says',
      'send-papers',
      'as-status-says',
    ]);
  });

  it('names no status that the agency does not have', () => {
    expect(faultsOfAsks(templates, catalogue)).toEqual([]);
    const without = new Map(catalogue.statuses);
    without.delete('interview-completed');
    expect(faultsOfAsks(templates, { statuses: without })).toEqual([
      {
        file: 'notices/interview.json',
        reason: 'asks: there is no status "interview-completed" in statuses.json',
      },
    ]);
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
    expect(found({ q: 'Receipt number: ARC-199-000-4417.' })).toEqual(['ARC1990004417']);
    expect(found({ q: 'ha\u200bddad' })).toEqual(['ARC1990004417']);
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
