import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { readProfile } from '../../identity/core/accounts/index.ts';
import type { Policy } from '../../identity/core/policy/index.ts';
import type { Identity } from '../../identity/index.ts';
import { turnAway } from '../../identity/session/alarm/index.ts';
import { signedIn } from '../../identity/session/sessions/index.ts';
import { type Fault, type PageScope, parseForm, sayFaults, typedFields } from '../../platform/http/index.ts';
import type { Languages } from '../../platform/i18n/index.ts';
import { zoneName } from '../../platform/zones/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import { type ChangeParts, changeContact } from './change.ts';
import { ChangeContactPage, type ChangeView } from './change-page.tsx';
import { ContactForm, detailsOf, doubtsOf, typedContact } from './form.ts';
import { ContactPage } from './pages.tsx';
import { CHANGE, CONTACT } from './paths.ts';

export type ContactParts = ChangeParts &
  Pick<Identity, 'phoneSettings' | 'offersSms' | 'phoneCountry'> & {
    readonly policy: Pick<Policy, 'requests'>;
    readonly languages: Languages;
    readonly catalogue: CaseCatalogue;
    /** The agency's. */
    readonly timeZone: string;
  };

const Outcome = z.object({ done: z.enum(['saved', 'same']).nullable().catch(null).default(null) });
const Redraw = z.object({ redraw: z.enum(['home', 'mail']) });
const AsTyped = z.object({ 'as-typed': z.literal('yes') });

/** Where a person lives and gets letters, with all else by which they are reached: to see, and to change. */
export function contactRoutes(app: PageScope, parts: ContactParts): void {
  const { contacts, phoneSettings, languages, catalogue, policy, database } = parts;
  const rateLimit = { max: policy.requests.account };

  app.get(
    CONTACT,
    signedIn(
      async (session, request, reply) => {
        const [contact, profile, phones] = await Promise.all([
          contacts.contactOf(session),
          readProfile(database, session.key, session.accountId),
          phoneSettings.list(session),
        ]);
        return reply.page(
          <ContactPage
            page={request.page(reply)}
            contact={contact}
            emails={profile.emails}
            phones={phones.map(({ number }) => number)}
            offersPhones={parts.offersSms}
            language={languages.get(session.language).name}
            zone={zoneName(profile.timeZone ?? parts.timeZone, request.words.language, parts.clock.now())}
            catalogue={catalogue}
            outcome={Outcome.parse(request.query).done}
          />,
        );
      },
      { stepUp: true },
    ),
  );

  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    view: Omit<ChangeView, 'page'>,
    status: number,
  ) => reply.page(<ChangeContactPage page={request.page(reply)} {...view} />, status);

  app.get(
    CHANGE,
    signedIn(
      async (session, request, reply) => {
        const { versions } = await contacts.contactOf(session);
        const typed = typedContact(versions[0]?.details ?? null, parts.phoneCountry ?? '');
        return show(request, reply, { typed }, 200);
      },
      { stepUp: true },
    ),
  );

  app.post(
    CHANGE,
    signedIn(
      async (session, request, reply) => {
        // Only the fields of another country are asked for.
        if (Redraw.safeParse(request.body).success)
          return show(request, reply, { typed: typedFields(request.body) }, 200);
        const form = parseForm(ContactForm, request);
        const refuse = (faults: readonly Fault[]) =>
          show(request, reply, { typed: form.typed, errors: sayFaults(faults, request.words) }, 422);
        if (form.is === 'invalid') return refuse(form.faults);
        const read = detailsOf(form.value);
        if (read.is === 'faults') return refuse(read.faults);
        const doubts = AsTyped.safeParse(request.body).success ? [] : doubtsOf(read.details);
        if (doubts.length > 0) return show(request, reply, { typed: form.typed, doubts }, 422);
        const result = await changeContact(parts, session, read.details);
        switch (result.is) {
          case 'changed':
            return reply.redirect(`${CONTACT}?done=saved`, 303);
          case 'unchanged':
            return reply.redirect(`${CONTACT}?done=same`, 303);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: ContactForm, stepUp: true, rateLimit },
    ),
  );
}
