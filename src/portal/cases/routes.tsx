import { z } from 'zod';
import { secondsUntil } from '../../identity/core/throttling/index.ts';
import { signedIn } from '../../identity/session/sessions/index.ts';
import {
  errorPage,
  line,
  type PageScope,
  parseForm,
  readAs,
  sayFaults,
  unlessMalformed,
} from '../../platform/http/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import type { Appointments } from '../../records/appointments/index.ts';
import { type CaseCatalogue, isAccessCode, normaliseAccessCode } from '../../records/cases/index.ts';
import type { Topics } from '../../records/conversations/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import { type Overviews, wantedOf } from '../../records/overview/index.ts';
import { receiptField } from '../receipt-field/index.ts';
import { CasePage } from './case-page.tsx';
import { type ClaimParts, claim } from './claim.ts';
import { AddCasePage, CasesPage } from './pages.tsx';

export type CasesParts = ClaimParts & {
  readonly overviews: Overviews;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly appointments: Pick<Appointments, 'rules'>;
  readonly topics: Topics;
};

const ADD = '/cases/add';

const CaseAddress = z.object({ receipt: z.string() });
const Flash = z.object({ added: z.coerce.number().int().min(0).max(999).optional().catch(undefined) });
/** Longest text from which an access code is read, with a label around it. */
const LONGEST = 100;
const accessCode = readAs(
  line({ missing: 'claim.code-missing', most: LONGEST }),
  (typed) => {
    const code = normaliseAccessCode(typed);
    return isAccessCode(code) ? code : null;
  },
  'claim.code-wrong',
);

export function casesRoutes(app: PageScope, parts: CasesParts): void {
  const { overviews, catalogue, templates, topics, appointments, clock, policy } = parts;
  const words = { missing: 'claim.receipt-missing', wrong: 'claim.receipt-wrong' } as const;
  const ClaimForm = z.object({ receipt: receiptField(catalogue, words), accessCode });

  app.get(
    '/cases',
    signedIn(async (session, request, reply) => {
      const { cases } = await overviews.overviewOf(session.accountId);
      return reply.page(
        <CasesPage
          page={request.page(reply)}
          cases={cases}
          wanted={wantedOf(request.query)}
          catalogue={catalogue}
        />,
      );
    }),
  );

  app.get(
    ADD,
    signedIn(async (_session, request, reply) =>
      reply.page(<AddCasePage page={request.page(reply)} typed={{}} />),
    ),
  );

  const add = signedIn(async (session, request, reply) => {
    const { t, duration } = request.words;
    const form = parseForm(ClaimForm, request);
    const again = (errors: readonly FieldError[], status: number, unmatched = false) =>
      reply.page(
        <AddCasePage page={request.page(reply)} typed={form.typed} errors={errors} unmatched={unmatched} />,
        status,
      );
    if (form.is === 'invalid') return again(sayFaults(form.faults, request.words), 422);
    const result = await claim(parts, session, form.value);
    switch (result.is) {
      case 'linked':
        return reply.redirect(`/cases/${result.receipt}?added=${result.others}`, 303);
      case 'already-linked':
        return reply.redirect(`/cases/${result.receipt}`, 303);
      case 'no-match':
        return again([{ field: 'receipt', text: t('claim.no-match') }], 422, true);
      case 'disabled':
        return again([{ field: 'receipt', text: t('claim.disabled') }], 429);
      case 'wait': {
        const seconds = secondsUntil(result.until, clock);
        reply.header('retry-after', seconds);
        return again([{ field: 'receipt', text: t('claim.wait', { time: duration(seconds) }) }], 429);
      }
    }
  });
  const rateLimit = unlessMalformed(policy.requests.claim, ClaimForm);
  app.post(ADD, { ...add, config: { ...add.config, form: ClaimForm, rateLimit } });

  app.get(
    '/cases/:receipt',
    signedIn(async (session, request, reply) => {
      const { receipt } = CaseAddress.parse(request.params);
      const found = await overviews.caseOf(session.accountId, receipt);
      if (found === null) return errorPage(request, reply, 404);
      const { added } = Flash.parse(request.query);
      return reply.page(
        <CasePage
          page={request.page(reply)}
          found={found}
          catalogue={catalogue}
          templates={templates}
          rules={appointments.rules}
          topics={topics}
          added={added}
        />,
      );
    }),
  );
}
