import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import type { AccountLink } from '../../../platform/floor/index.ts';
import {
  line,
  optionalName,
  type PageScope,
  parseForm,
  sayFaults,
  type Typed,
} from '../../../platform/http/index.ts';
import type { Languages, PlainWordKey } from '../../../platform/i18n/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { zoneNamed } from '../../../platform/zones/index.ts';
import { readProfile } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { type Session, type Sessions, signedIn } from '../../session/sessions/index.ts';
import type { AccountSettings } from './account-settings.ts';
import { AccountPage, LanguagePage, NamePage, UsernamePage } from './pages.tsx';
import { ZonePage } from './zone-page.tsx';

const BASE = '/account';
const NAME_PAGE = `${BASE}/name`;
const USERNAME_PAGE = `${BASE}/username`;
const ZONE_PAGE = `${BASE}/time-zone`;
const LONGEST_NAME = 100;
/** A letter or a digit first and last: `-..-` names nobody. */
const USERNAME = /^(?=[\p{L}\p{N}])[\p{L}\p{M}\p{N}._-]{2,39}[\p{L}\p{M}\p{N}]$/u;

const DONE = {
  name: 'account.done-name',
  username: 'account.done-username',
  language: 'account.done-language',
  zone: 'time-zone.done',
} as const satisfies Record<string, PlainWordKey>;

const Query = z.object({ done: z.enum(['name', 'username', 'language', 'zone']).nullable().catch(null) });
const Name = z.object({ name: optionalName({ most: LONGEST_NAME }) });
const Username = z.object({
  username: line({ missing: 'account.username-missing', most: 200 }).refine(
    (text) => USERNAME.test(text),
    'account.username-wrong' satisfies PlainWordKey,
  ),
});
const NoUsername = z.object({ none: z.literal('yes') });
const Zone = z.object({ zone: z.string().max(60).catch('') });
const Language = z.object({ language: z.string().max(20).catch('') });

/** The overview of an account, and what its person is called and reads. */
export function accountRoutes(
  app: PageScope,
  {
    settings,
    database,
    clock,
    policy,
    languages,
    sessions,
    links,
  }: {
    readonly settings: AccountSettings;
    readonly database: Database;
    readonly clock: Clock;
    readonly policy: Pick<Policy, 'requests'>;
    readonly languages: Languages;
    readonly sessions: Pick<Sessions, 'setLanguage'>;
    readonly links: readonly AccountLink[];
  },
): void {
  const rateLimit = { max: policy.requests.account };
  const profileOf = ({ accountId, key }: Session) => readProfile(database, key, accountId);

  app.get(
    BASE,
    signedIn(async (session, request, reply) => {
      const { done } = Query.parse(request.query);
      return reply.page(
        <AccountPage
          page={request.page(reply)}
          profile={await profileOf(session)}
          language={languages.get(session.language).name}
          parts={links.map(({ href, title, text }) => ({ href, title, text: text(request.words) }))}
          done={done === null ? null : DONE[done]}
        />,
      );
    }),
  );

  app.get(
    NAME_PAGE,
    signedIn(
      async (session, request, reply) =>
        reply.page(<NamePage page={request.page(reply)} profile={await profileOf(session)} typed={{}} />),
      { stepUp: true },
    ),
  );

  app.post(
    NAME_PAGE,
    signedIn(
      async (session, request, reply) => {
        const form = parseForm(Name, request);
        if (form.is === 'invalid')
          return reply.page(
            <NamePage
              page={request.page(reply)}
              profile={await profileOf(session)}
              typed={form.typed}
              errors={sayFaults(form.faults, request.words)}
            />,
            422,
          );
        await settings.setName(session, form.value.name);
        return reply.redirect(`${BASE}?done=name`, 303);
      },
      { form: Name, stepUp: true, rateLimit },
    ),
  );

  const showUsername = async (
    session: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    {
      errors = [],
      typed = {},
      status = 200,
    }: { errors?: readonly FieldError[]; typed?: Typed; status?: number } = {},
  ) =>
    reply.page(
      <UsernamePage
        page={request.page(reply)}
        profile={await profileOf(session)}
        typed={typed}
        errors={errors}
      />,
      status,
    );

  app.get(
    USERNAME_PAGE,
    signedIn(async (session, request, reply) => showUsername(session, request, reply), { stepUp: true }),
  );

  app.post(
    USERNAME_PAGE,
    signedIn(
      async (session, request, reply) => {
        const none = NoUsername.safeParse(request.body).success;
        const form = none
          ? ({ is: 'valid', value: { username: null }, typed: {} } as const)
          : parseForm(Username, request);
        const again = (errors: readonly FieldError[], status = 422) =>
          showUsername(session, request, reply, { errors, typed: form.typed, status });
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const result = await settings.setUsername(session, form.value.username);
        const { t, duration } = request.words;
        switch (result.is) {
          case 'set':
            return reply.redirect(`${BASE}?done=username`, 303);
          case 'taken':
            return again([{ field: 'username', text: t('account.username-taken') }]);
          case 'wait': {
            const seconds = secondsUntil(result.until, clock);
            reply.header('retry-after', seconds);
            return again(
              [{ field: 'username', text: t('account.username-wait', { time: duration(seconds) }) }],
              429,
            );
          }
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { form: Username, stepUp: true, rateLimit },
    ),
  );

  app.get(
    `${BASE}/language`,
    signedIn(
      async ({ language }, request, reply) =>
        reply.page(<LanguagePage page={request.page(reply)} language={language} />),
      { stepUp: true },
    ),
  );

  app.post(
    `${BASE}/language`,
    signedIn(
      async ({ accountId }, request, reply) => {
        const { language } = Language.parse(request.body ?? {});
        if (!languages.offers(language)) return reply.redirect(`${BASE}/language`, 303);
        await sessions.setLanguage(accountId, language);
        // The browser is told by the address, as every link to another language tells it.
        return reply.redirect(`${BASE}?${new URLSearchParams({ done: 'language', lang: language })}`, 303);
      },
      { form: Language, stepUp: true, rateLimit },
    ),
  );

  app.get(
    ZONE_PAGE,
    signedIn(
      async (session, request, reply) =>
        reply.page(<ZonePage page={request.page(reply)} zone={(await profileOf(session)).timeZone} />),
      { stepUp: true },
    ),
  );

  app.post(
    ZONE_PAGE,
    signedIn(
      async (session, request, reply) => {
        const { zone } = Zone.parse(request.body ?? {});
        const named = zone === '' ? null : zoneNamed(zone);
        if (zone !== '' && named === null) return reply.redirect(ZONE_PAGE, 303);
        await settings.setZone(session, named);
        return reply.redirect(`${BASE}?done=zone`, 303);
      },
      { form: Zone, stepUp: true, rateLimit },
    ),
  );
}
