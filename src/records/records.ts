import type { Logger } from 'pino';
import type { Clock } from '../platform/clock/index.ts';
import type { Config } from '../platform/config/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import { makePdfMaker, paperLook } from '../platform/pdf/index.ts';
import { type CaseCatalogue, type Cases, loadCaseCatalogue, makeCases } from './cases/index.ts';
import { type Claims, makeClaims } from './claims/index.ts';
import { loadTemplates, type NoticeTemplates } from './document-templates/index.ts';
import {
  type Documents,
  makeDocuments,
  makeNotices,
  makeRendering,
  type Notices,
  RENDER_DOCUMENTS,
} from './documents/index.ts';
import { type EvidenceRequests, makeEvidenceRequests } from './evidence/index.ts';

/** What the agency holds, for the floors above. */
export type Records = {
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly cases: Cases;
  readonly claims: Claims;
  readonly documents: Documents;
  readonly notices: Notices;
  readonly evidence: EvidenceRequests;
  /** What of a person stands in a copy of her data. */
  readonly contributions: readonly {
    readonly name: string;
    read(accountId: string): Promise<unknown>;
  }[];
  readonly floor: Floor;
};

/** Puts the rooms of records together. */
export function makeRecords({
  config: { publicUrl },
  foundation: { agency, languages, database, vault, blobs },
  clock,
  log,
}: {
  readonly config: Pick<Config, 'publicUrl'>;
  readonly foundation: Foundation;
  readonly clock: Clock;
  readonly log: Logger;
}): Records {
  const catalogue = loadCaseCatalogue(agency);
  const templates = loadTemplates(agency.folder, agency.languages);
  const cases = makeCases({ database, vault });
  const documents = makeDocuments({ database, vault, clock, blobs });
  const evidence = makeEvidenceRequests({ database, vault });
  const notices = makeNotices({ agency, languages, templates, catalogue, publicUrl });
  const maker = makePdfMaker({ look: paperLook(agency) });
  const rendering = makeRendering({ database, vault, clock, blobs, notices, maker, log });

  return {
    catalogue,
    templates,
    cases,
    claims: makeClaims({ database, vault, clock }),
    documents,
    notices,
    evidence,
    contributions: [
      { name: 'cases', read: (accountId) => cases.detailsOf(accountId) },
      { name: 'documents', read: (accountId) => documents.detailsOf(accountId) },
      { name: 'evidenceRequests', read: (accountId) => evidence.requestsOf(accountId) },
    ],
    floor: {
      jobs: { [RENDER_DOCUMENTS]: async () => void (await rendering.renderWaiting()) },
      timed: [
        // What waits on, since the storage or the worker was gone.
        { name: 'render-what-waits', cron: '*/10 * * * *', run: () => rendering.renderWaiting() },
      ],
      close: () => maker.close(),
    },
  };
}
