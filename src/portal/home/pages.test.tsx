import { describe, expect, it } from 'vitest';
import { loadAgency } from '../../platform/agency/index.ts';
import { renderPage } from '../../platform/ui/index.ts';
import { loadAppointmentRules } from '../../records/appointments/index.ts';
import { loadCaseCatalogue } from '../../records/cases/index.ts';
import { loadTemplates } from '../../records/document-templates/index.ts';
import type { OverviewCase } from '../../records/overview/index.ts';
import { testPage } from '../../testing/page.ts';
import { HomePage } from './pages.tsx';

const page = testPage('en', { now: new Date('2026-11-22T12:00:00Z') });
const { agency } = page;
const catalogue = loadCaseCatalogue(loadAgency(agency.folder));
const templates = loadTemplates(agency.folder, agency.languages);
const rules = loadAppointmentRules(agency, catalogue);

function one(receipt: string, startedOn: string, more: Partial<OverviewCase> = {}): OverviewCase {
  return {
    receipt,
    form: 'WORK-4',
    status: 'under-review',
    statusAt: new Date('2026-03-01T12:00:00Z'),
    person: { id: 'p', name: 'Amina Haddad' },
    events: [],
    detail: null,
    requests: [],
    asks: [],
    appointments: [],
    wait: {
      startedOn,
      endedOn: null,
      outcome: null,
      office: null,
      time: {
        office: null,
        since: '2025-11-01',
        until: '2026-11-22',
        decided: 214,
        waiting: 96,
        low: 45,
        middle: 98,
        high: 170,
        observed: 300,
      },
    },
    news: [],
    newDocuments: [],
    ...more,
  };
}

function home(cases: readonly OverviewCase[]): string {
  const body = renderPage(
    <HomePage
      page={page}
      ending={null}
      isProtected={false}
      holds={[]}
      cases={cases}
      unread={[]}
      isUnreachable={false}
      wanted={{ text: '', show: 'all' }}
      catalogue={catalogue}
      templates={templates}
      topics={new Map()}
      rules={rules}
    />,
  );
  return /<ul class="portico-others">[\s\S]*?<\/ul>/.exec(body)?.[0] ?? '';
}

describe('home', () => {
  it('says from when the agency may be asked about a case that waits past the usual time, and that case first', () => {
    const cases = [
      one('ARC0000000001', '2026-10-01'),
      one('ARC0000000002', '2026-06-05'),
      one('ARC0000000003', '2026-06-06'),
    ];
    const others = home(cases);
    expect([...others.matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
      '/cases/ARC0000000002',
      '/cases/ARC0000000002#wait',
      '/cases/ARC0000000001',
      '/cases/ARC0000000003',
    ]);
    expect(others.replaceAll(/<[^>]*>/g, '')).toContain(
      'This takes longer than usual: since November 22, 2026 you may ask us about it.',
    );
  });

  it('says nothing of a wait of which nobody knows how long is usual', () => {
    expect(home([one('ARC0000000001', '2020-01-01', { wait: null })])).not.toContain('#wait');
  });
});
