import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { inLanguage } from '../../../platform/agency/index.ts';
import { describeBrowser, sayBrowser } from '../../../platform/browser/index.ts';
import type { Database } from '../../../platform/database/index.ts';
import { HttpRefusal, nameLine, type PageScope, parseForm, sayFaults } from '../../../platform/http/index.ts';
import type { PlainWordKey } from '../../../platform/i18n/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { readProfile } from '../../core/accounts/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { turnAway } from '../../session/alarm/index.ts';
import { type Session, signedIn } from '../../session/sessions/index.ts';
import { type Factor, mayRemove } from '../factors/index.ts';
import { passkeyMade } from './answers.ts';
import type { Purpose } from './challenge.ts';
import { ADD, AddPasskeyPage, NamePasskeyPage, PASSKEYS, PasskeysPage, RemovePasskeyPage } from './pages.tsx';
import type { Passkey, Passkeys } from './passkeys.ts';

const LONGEST_NAME = 60;

const Made = z.object({ passkey: passkeyMade });
const Named = z.object({ name: nameLine({ missing: 'passkeys.name-missing', most: LONGEST_NAME }) });
const Which = z.object({ id: z.uuid() });
const Query = z.object({
  done: z.enum(['renamed', 'removed']).optional().catch(undefined),
  new: z.unknown().optional(),
});

const purposeOf = ({ id }: Session): Purpose => ({ for: 'enrolment', of: id });

export type PasskeyRoutes = {
  readonly database: Database;
  readonly passkeys: Passkeys;
  readonly factors: readonly Factor[];
  readonly policy: Pick<Policy, 'requests'>;
};

/** The pages on which a person adds, names and removes their passkeys. */
export function passkeyRoutes(app: PageScope, { database, passkeys, factors, policy }: PasskeyRoutes): void {
  const rateLimit = { max: policy.requests.account };

  app.get(
    PASSKEYS,
    signedIn(
      async (session, request, reply) =>
        reply.page(
          <PasskeysPage
            page={request.page(reply)}
            passkeys={await passkeys.list(session)}
            most={passkeys.most}
            done={Query.parse(request.query).done}
          />,
        ),
      { stepUp: true },
    ),
  );

  app.get(
    ADD,
    signedIn((session, request, reply) => showAdd(session, request, reply), { stepUp: true }),
  );

  app.post(
    ADD,
    signedIn(
      async (session, request, reply) => {
        const again = (text: PlainWordKey) =>
          showAdd(session, request, reply, [{ field: 'passkey', text: request.words.t(text) }]);
        const form = parseForm(Made, request);
        if (form.is === 'invalid')
          return showAdd(session, request, reply, sayFaults(form.faults, request.words));
        const result = await passkeys.add(session, {
          purpose: purposeOf(session),
          answer: form.value.passkey,
          name: passkeyNameFor(request),
        });
        switch (result.is) {
          case 'added':
            return reply.redirect(`${PASSKEYS}/${result.id}/name?new`, 303);
          case 'enough':
            return reply.redirect(PASSKEYS, 303);
          case 'known':
            return again('passkeys.add-known');
          case 'wrong':
            return again('passkeys.add-wrong');
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
        }
      },
      { stepUp: true, rateLimit },
    ),
  );

  app.get(
    `${PASSKEYS}/:id/name`,
    signedIn(
      async (session, request, reply) => {
        const isNew = Query.parse(request.query).new !== undefined;
        const passkey = await find(session, request);
        return reply.page(<NamePasskeyPage page={request.page(reply)} passkey={passkey} isNew={isNew} />);
      },
      { stepUp: true },
    ),
  );

  app.post(
    `${PASSKEYS}/:id/name`,
    signedIn(
      async (session, request, reply) => {
        const passkey = await find(session, request);
        const form = parseForm(Named, request);
        if (form.is === 'invalid')
          return reply.page(
            <NamePasskeyPage
              page={request.page(reply)}
              passkey={passkey}
              typed={form.typed['name'] ?? ''}
              isNew={false}
              errors={sayFaults(form.faults, request.words)}
            />,
            422,
          );
        if (!(await passkeys.rename(session, passkey.id, form.value.name))) throw new HttpRefusal(404);
        return reply.redirect(`${PASSKEYS}?done=renamed`, 303);
      },
      { form: Named, stepUp: true, rateLimit },
    ),
  );

  app.get(
    `${PASSKEYS}/:id/remove`,
    signedIn(
      async (session, request, reply) => {
        const passkey = await find(session, request);
        const left = (await passkeys.list(session)).length - 1;
        const isLast = !(await mayRemove(database, factors, session.accountId, { kind: 'passkey', left }));
        return reply.page(<RemovePasskeyPage page={request.page(reply)} passkey={passkey} isLast={isLast} />);
      },
      { stepUp: 'both' },
    ),
  );

  app.post(
    `${PASSKEYS}/:id/remove`,
    signedIn(
      async (session, request, reply) => {
        const passkey = await find(session, request);
        const result = await passkeys.remove(session, passkey.id, factors);
        switch (result.is) {
          case 'removed':
            return reply.redirect(`${PASSKEYS}?done=removed`, 303);
          case 'no-such-passkey':
            throw new HttpRefusal(404);
          case 'alarmed':
          case 'gone':
            return turnAway(result, reply);
          case 'last':
            return reply.redirect(`${PASSKEYS}/${passkey.id}/remove`, 303);
        }
      },
      { stepUp: 'both', rateLimit },
    ),
  );

  async function showAdd(
    session: Session,
    request: FastifyRequest,
    reply: FastifyReply,
    errors: readonly FieldError[] = [],
  ): Promise<FastifyReply> {
    const page = request.page(reply);
    const { emails, username, fullName } = await readProfile(database, session.key, session.accountId);
    const options = await passkeys.offer(session, {
      purpose: purposeOf(session),
      agency: inLanguage(page.agency.name, page.words.language),
      login: username ?? emails[0] ?? fullName,
      fullName,
    });
    if (options === null) return reply.redirect(PASSKEYS, 303);
    return reply.page(
      <AddPasskeyPage page={page} options={options} errors={errors} />,
      errors.length === 0 ? 200 : 422,
    );
  }

  /** @throws 404 where the account has no such passkey */
  async function find(session: Session, request: FastifyRequest): Promise<Passkey> {
    const which = Which.safeParse(request.params);
    const found = (await passkeys.list(session)).find(({ id }) => id === which.data?.id);
    if (found === undefined) throw new HttpRefusal(404);
    return found;
  }
}

/** What a passkey is called at first where its maker is not known: the browser and the system that it was made in. */
export function passkeyNameFor({ headers, words }: FastifyRequest): string {
  return sayBrowser(words, describeBrowser(headers['user-agent'] ?? '')) ?? words.t('passkeys.name-plain');
}
