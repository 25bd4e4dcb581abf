import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readPerson } from '../../identity/accounts/index.ts';
import type { Policy } from '../../identity/policy/index.ts';
import { type Sessions, signedIn } from '../../identity/sessions/index.ts';
import { admit, clear } from '../../identity/throttling/index.ts';
import { recordSecurityEvent } from '../../platform/audit/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Vault } from '../../platform/crypto/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { errorPage, HttpRefusal, line, parseForm, sayFaults } from '../../platform/http/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import { byNeed, type CaseCatalogue, type Cases } from '../../records/cases/index.ts';
import type { Claims } from '../../records/claims/index.ts';
import { CasePage } from './case-page.tsx';
import { AddCasePage, CasesPage } from './pages.tsx';

export type CasesParts = {
  readonly sessions: Sessions;
  readonly cases: Cases;
  readonly claims: Claims;
  readonly catalogue: CaseCatalogue;
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Policy;
};

const ADD = '/cases/add';
const FIVE_MINUTES = 300_000;

const ClaimForm = z.object({
  receipt: line({ missing: 'claim.receipt-missing', most: 40 }),
  accessCode: line({ missing: 'claim.code-missing', most: 40 }),
});

export function casesRoutes(
  app: FastifyInstance,
  { sessions, cases, claims, catalogue, database, vault, clock, policy }: CasesParts,
): void {
  app.get(
    '/cases',
    signedIn(sessions, async (session, request, reply) => {
      const found = byNeed(await cases.casesOf(session.accountId), catalogue);
      return reply.page(<CasesPage page={request.page(reply)} cases={found} catalogue={catalogue} />);
    }),
  );

  app.get(
    ADD,
    signedIn(sessions, async (session, request, reply) => {
      const kept = await sessions.kept(session, ADD);
      return reply.page(<AddCasePage page={request.page(reply)} typed={kept ?? {}} kept={kept !== null} />);
    }),
  );

  const add = signedIn(sessions, async (session, request, reply) => {
    const form = parseForm(ClaimForm, request);
    const again = (errors: readonly FieldError[], status: number) =>
      reply.page(<AddCasePage page={request.page(reply)} typed={form.typed} errors={errors} />, status);
    if (form.is === 'invalid') return again(sayFaults(form.faults, request.words), 422);
    const { words } = request;
    const subject = vault.blindIndex('throttle-claim', session.accountId);
    const admission = await admit(
      database,
      clock,
      { ...policy.failures, ...policy.claims },
      subject,
      'claim',
    );
    if (admission.is === 'wait') {
      const seconds = Math.max(1, Math.ceil((admission.until.getTime() - clock.now().getTime()) / 1000));
      reply.header('retry-after', seconds);
      return again(
        [{ field: 'receipt', text: words.t('claim.wait', { time: words.duration(seconds) }) }],
        429,
      );
    }
    if (admission.is === 'disabled')
      return again([{ field: 'receipt', text: words.t('claim.disabled') }], 429);
    const person = await readPerson(database, vault, session.accountId);
    if (person === null) throw new HttpRefusal(401);
    const result = await database.transaction().execute(async (transaction) => {
      const claimed = await claims.claimCase(
        { accountId: session.accountId, person, ...form.value },
        transaction,
      );
      if (claimed.is !== 'no-match') await clear(transaction, subject, 'claim');
      if (claimed.is !== 'already-linked') {
        await recordSecurityEvent(transaction, clock, {
          kind: claimed.is === 'linked' ? 'case-claimed' : 'claim-refused',
          accountId: session.accountId,
        });
      }
      return claimed;
    });
    switch (result.is) {
      case 'linked':
      case 'already-linked':
        await sessions.forgetKept(session, ADD);
        return reply.redirect(`/cases/${result.receipt}`, 303);
      case 'no-match':
        return again([{ field: 'receipt', text: words.t('claim.no-match') }], 422);
    }
  });
  app.post(ADD, {
    ...add,
    config: { ...add.config, rateLimit: { max: policy.requests.claim, timeWindow: FIVE_MINUTES } },
  });

  app.get(
    '/cases/:receipt',
    signedIn(sessions, async (session, request, reply) => {
      const { receipt } = z.object({ receipt: z.string() }).parse(request.params);
      const found = await cases.caseFor(session.accountId, receipt);
      if (found === null) return errorPage(request, reply, 404);
      return reply.page(<CasePage page={request.page(reply)} found={found} catalogue={catalogue} />);
    }),
  );
}
