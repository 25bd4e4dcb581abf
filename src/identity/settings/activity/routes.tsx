import { z } from 'zod';
import type { ActivityLabels } from '../../../platform/audit/index.ts';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { PageScope } from '../../../platform/http/index.ts';
import type { SecondSteps } from '../../core/second-steps/index.ts';
import { signedIn } from '../../session/sessions/index.ts';
import { activityOf } from './activity.ts';
import { ActivityPage } from './pages.tsx';

const Query = z.object({
  group: z.enum(['signing-in', 'refused', 'changes', 'other']).nullable().catch(null),
  days: z
    .literal('7')
    .transform(() => 7 as const)
    .or(z.literal('30').transform(() => 30 as const))
    .or(z.literal('90').transform(() => 90 as const))
    .nullable()
    .catch(null),
  before: z
    .string()
    .regex(/^\d{1,18}$/)
    .nullable()
    .catch(null),
});

/** The history of what concerns the security of an account (ASVS 6.3.5, 7.5.2). */
export function activityRoutes(
  app: PageScope,
  parts: {
    readonly database: Database;
    readonly clock: Clock;
    readonly activityLabels: ActivityLabels;
    readonly secondSteps: SecondSteps;
  },
): void {
  app.get(
    '/account/security/activity',
    signedIn(async ({ accountId }, request, reply) => {
      const asked = Query.parse(request.query ?? {});
      const found = await activityOf(parts, accountId, asked);
      return reply.page(
        <ActivityPage page={request.page(reply)} {...found} {...asked} secondSteps={parts.secondSteps} />,
      );
    }),
  );
}
