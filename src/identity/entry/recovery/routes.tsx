import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import type { PageScope } from '../../../platform/http/index.ts';
import type { ProofOfWork } from '../../../platform/proof-of-work/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import type { Aside, Factor } from '../../credentials/factors/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import type { SignIn } from '../sign-in/index.ts';
import { beginRoutes } from './begin-routes.tsx';
import { cancelRoutes } from './cancel-routes.tsx';
import { recoveryGates } from './gates.tsx';
import { proveRoutes } from './prove-routes.tsx';
import { recoveryQuestionRoutes } from './question-routes.tsx';
import type { Recovery } from './recovery.ts';
import { renewRoutes } from './renew-routes.tsx';
import { NEXT, PATHS } from './stages.ts';
import { waitRoutes } from './wait-routes.tsx';

export type RecoveryRoutes = {
  readonly recovery: Recovery;
  readonly signIn: SignIn;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly factors: readonly Factor[];
  readonly proofOfWork: ProofOfWork;
  readonly vault: Pick<Vault, 'blindIndexes'>;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly asides: {
    readonly email?: Aside;
    readonly code?: Aside;
    readonly app?: Aside;
    readonly hold?: Aside;
  };
};

/** The pages of every way back. */
export function recoveryRoutes(
  app: PageScope,
  { recovery, signIn, sessions, factors, proofOfWork, vault, clock, policy, asides }: RecoveryRoutes,
): void {
  const gates = recoveryGates({ recovery, policy });
  app.get(NEXT, { config: { access: 'recovering' } }, async (request, reply) => {
    const progress = await gates.progressOf(request);
    return reply.redirect(progress === null ? '/recover' : PATHS[progress.stage], 303);
  });
  beginRoutes(app, { recovery, signIn, proofOfWork, vault, policy, gates, aside: asides.email });
  proveRoutes(app, { recovery, factors, clock, policy, gates, asides });
  waitRoutes(app, { recovery, sessions, policy, gates, aside: asides.hold });
  recoveryQuestionRoutes(app, { recovery, clock, gates });
  renewRoutes(app, { recovery, sessions, factors, vault, clock, policy, gates, aside: asides.app });
  cancelRoutes(app, { recovery, gates });
}
