import { expect, it } from 'vitest';
import { Layout, renderPage } from '../../platform/ui/index.ts';
import type { EvidenceRequest } from '../../records/evidence/index.ts';
import { testPage } from '../../testing/page.ts';
import { Requests } from './requests.tsx';

const page = testPage('en', { now: new Date('2026-11-22T12:00:00Z') });
const { contact } = page.agency;
const request: EvidenceRequest = {
  id: 'r',
  receipt: 'ARC0000000001',
  at: new Date('2026-11-01T12:00:00Z'),
  state: 'open',
  stateAt: new Date('2026-11-01T12:00:00Z'),
  dueOn: '2027-01-15',
  documentId: null,
  history: [],
  papers: [{ name: 'Rent', note: null }],
};

function said(papers: typeof contact.papers, state: EvidenceRequest['state'] = 'open'): string {
  const other = { ...page, agency: { ...page.agency, contact: { ...contact, papers } } };
  const body = renderPage(
    <Layout page={other} title="x">
      <Requests page={other} requests={[{ ...request, state }]} isNew={() => false} />
    </Layout>,
  );
  return (/<main[\s\S]*<\/main>/.exec(body)?.[0] ?? '').replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

it('an open request says how and where to its papers are sent, and one that is over does not', () => {
  const papers = { how: { en: 'By mail.', es: 'Por correo.' }, address: ['1 Quay', 'Port'] };
  expect(said(papers)).toContain('How to send them By mail. 1 Quay Port');
  expect(said(papers, 'answered')).not.toContain('By mail.');
});

it('it names whom to ask where the agency says nothing of it', () => {
  expect(said(undefined)).toContain(`we tell you how to send them. ${contact.phone} , ${contact.email}`);
});
