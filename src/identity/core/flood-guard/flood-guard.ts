import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { after, type Clock, MINUTE } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { networkOf } from '../../../platform/http/index.ts';
import { type ProofOfWork, type Question, sayUnproven } from '../../../platform/proof-of-work/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import type { Policy } from '../policy/index.ts';

/**
 * Whether so many were begun lately: in all, or from one network. Counts no further than it must, and no passes, which only
 * somebody who has an account is sent.
 */
export async function areManyBegun(
  database: Database,
  clock: Clock,
  { minutes, inAll, fromNetwork }: Policy['signUpLoad'],
  { table, network }: { table: 'sign_up' | 'recovery'; network: Buffer },
): Promise<boolean> {
  const begun = sql.table(table);
  const since = after(clock, -minutes * MINUTE);
  const { rows } = await sql<{ many: boolean }>`
    select (select count(*) from (select from ${begun} where created_at > ${since} and not is_pass limit ${inAll}) s) >= ${inAll}
      or (select count(*) from (
        select from ${begun} where network_index = ${network} and created_at > ${since} and not is_pass
        limit ${fromNetwork}) s
      ) >= ${fromNetwork} as many`.execute(database);
  return rows[0]?.many === true;
}

/** What a form that begins something asks while many do. */
export type FloodGuard = {
  /** What the form asks before it can be sent; null while few begin. A wait that the form began before goes on. */
  ask(request: FastifyRequest): Promise<Question | null>;
  /** Why a form that was sent is not taken, and what it asks then; null when it may be. */
  refusal(
    request: FastifyRequest,
  ): Promise<{ readonly errors: readonly FieldError[]; readonly question: Question } | null>;
};

/** Keeps programs from beginning something by the thousand, with no puzzle for people (ASVS 2.4.1). */
export function floodGuard({
  purpose,
  proofOfWork,
  isUnderLoad,
}: {
  /** Which form it is: a proof for one opens no other. */
  purpose: string;
  proofOfWork: ProofOfWork;
  isUnderLoad: (network: string) => Promise<boolean>;
}): FloodGuard {
  const formOf = (request: FastifyRequest) => ({ purpose, network: networkOf(request.ip) });
  return {
    ask: async (request) => {
      const form = formOf(request);
      return (await isUnderLoad(form.network)) ? proofOfWork.ask(form, request.body) : null;
    },
    refusal: async (request) => {
      const form = formOf(request);
      if (!(await isUnderLoad(form.network))) return null;
      const verdict = await proofOfWork.verify(form, request.body);
      return verdict.is === 'proven'
        ? null
        : {
            errors: [{ field: 'proof', text: sayUnproven(verdict, request.words) }],
            question: verdict.question,
          };
    },
  };
}
