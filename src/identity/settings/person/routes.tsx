import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import { type PageScope, parseForm, sayFaults } from '../../../platform/http/index.ts';
import { PERSON_FIELDS, personForm, typedPerson } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { signedIn } from '../../session/sessions/index.ts';
import { CorrectPersonPage, PersonPage } from './pages.tsx';
import type { PersonSettings } from './person.ts';

const PERSON_PAGE = '/account/person';
const CHANGE = `${PERSON_PAGE}/change`;
const Query = z.object({ done: z.unknown().optional() });

/** What a person said of themselves when they signed up: to read, and to correct as long as nothing rests on it. */
export function personRoutes(
  app: PageScope,
  {
    personSettings,
    clock,
    policy,
  }: {
    readonly personSettings: PersonSettings;
    readonly clock: Clock;
    readonly policy: Pick<Policy, 'requests'>;
  },
): void {
  app.get(
    PERSON_PAGE,
    signedIn(
      async (session, request, reply) =>
        reply.page(
          <PersonPage
            page={request.page(reply)}
            {...(await personSettings.read(session))}
            done={Query.parse(request.query).done !== undefined}
          />,
        ),
      { stepUp: true },
    ),
  );

  app.get(
    CHANGE,
    signedIn(
      async (session, request, reply) => {
        const { person, standing } = await personSettings.read(session);
        if (standing !== 'open') return reply.redirect(PERSON_PAGE, 303);
        return reply.page(<CorrectPersonPage page={request.page(reply)} typed={typedPerson(person)} />);
      },
      { stepUp: 'both' },
    ),
  );

  app.post(
    CHANGE,
    signedIn(
      async (session, request, reply) => {
        const form = parseForm(personForm(clock.now()), request);
        if (form.is === 'invalid')
          return reply.page(
            <CorrectPersonPage
              page={request.page(reply)}
              typed={form.typed}
              errors={sayFaults(form.faults, request.words)}
            />,
            422,
          );
        const result = await personSettings.correct(session, form.value);
        switch (result.is) {
          case 'corrected':
            return reply.redirect(`${PERSON_PAGE}?done`, 303);
          case 'unchanged':
          case 'relied':
          case 'enough-today':
          case 'enough':
            // That page says why.
            return reply.redirect(PERSON_PAGE, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: PERSON_FIELDS, stepUp: 'both', rateLimit: { max: policy.requests.account } },
    ),
  );
}
