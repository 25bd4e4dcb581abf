import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Clock } from '../../../platform/clock/index.ts';
import type { Vault } from '../../../platform/crypto/index.ts';
import {
  browserSecret,
  line,
  localPath,
  makeGate,
  networkOf,
  note,
  type PageScope,
  parseForm,
  returnSaid,
  sayFaults,
  secret,
  sessionCookie,
  typedFields,
  withReturn,
} from '../../../platform/http/index.ts';
import type { Words } from '../../../platform/i18n/index.ts';
import {
  type ProofOfWork,
  type Question,
  sayUnproven,
  wasAsked,
} from '../../../platform/proof-of-work/index.ts';
import type { FieldError } from '../../../platform/ui/index.ts';
import { browserOf, keepDevice, signedDevicesOf } from '../../core/devices/index.ts';
import type { Policy } from '../../core/policy/index.ts';
import { secondsUntil } from '../../core/throttling/index.ts';
import { afterBackupCode } from '../../credentials/backup-codes/index.ts';
import {
  type Aside,
  type Factor,
  factorRoutes,
  type Refusal,
  statusOf,
} from '../../credentials/factors/index.ts';
import { type Passkeys, type Purpose, passkeyAnswer } from '../../credentials/passkeys/index.ts';
import type { Sessions } from '../../session/sessions/index.ts';
import { signInCookie } from './cookie.ts';
import { PASSKEY_OPTIONS, SignInPage, WITH_PASSKEY } from './pages.tsx';
import { type Entered, rememberDaysAfter, type SignIn } from './sign-in.ts';

const HOME = '/home';
const LOST = '/recover/second-step';
/** Passwords being checked at a time, and how many wait for it: less than a second of hashing on two cores. */
const CROWD = { places: 8, line: 64 };
/** How many known devices wait at a time, before everybody else. */
const KNOWN = 64;

const Query = z.object({
  return: z.unknown().optional(),
  ended: z.enum(['timed-out', 'elsewhere', 'kept', 'out', 'wait']).nullable().catch(null),
});
const Credentials = z.object({
  identifier: line({ missing: 'sign-in.identifier-missing', most: 254 }),
  password: secret({ missing: 'sign-in.password-missing' }),
});
const WithPasskey = z.object({ passkey: passkeyAnswer });

/** A challenge works only in the browser that it was given to. */
const purposeOf = (request: FastifyRequest): Purpose => ({ for: 'sign-in', of: browserSecret(request) });

export type SignInRoutes = {
  readonly signIn: SignIn;
  readonly passkeys: Pick<Passkeys, 'ask'>;
  readonly sessions: Sessions;
  readonly proofOfWork: ProofOfWork;
  readonly factors: readonly Factor[];
  readonly vault: Vault;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly asides: { readonly signIn?: Aside; readonly code?: Aside };
};

export function signInRoutes(
  app: PageScope,
  { signIn, passkeys, sessions, proofOfWork, factors, vault, clock, policy, asides }: SignInRoutes,
): void {
  const rateLimit = { max: policy.requests.signIn };
  const gate = makeGate({
    ...CROWD,
    known: { line: KNOWN, deviceOf: (request) => signedDevicesOf(vault, request)[0] ?? null },
  });

  app.get('/sign-in', { config: { access: 'anyone' } }, async (request, reply) => {
    const query = Query.parse(request.query);
    const returnTo = localPath(query.return, HOME);
    const page = request.page(reply);
    // Whoever was sent back here with what they typed may want to be somebody else.
    if (page.visitor.is === 'signed-in' && page.refill === null) return reply.redirect(returnTo, 303);
    return reply.page(
      <SignInPage page={page} returnTo={returnTo} ended={query.ended} aside={asides.signIn} />,
    );
  });

  app.post(
    '/sign-in',
    { config: { access: 'anyone', form: Credentials, rateLimit, gate } },
    async (request, reply) => {
      const form = parseForm(Credentials, request);
      const returnTo = localPath(typedFields(request.body)['return'], HOME);
      const again = (
        errors: readonly FieldError[],
        status: number,
        more: { question?: Question | null; waits?: boolean } = {},
      ) =>
        reply.page(
          <SignInPage
            page={request.page(reply)}
            identifier={form.typed['identifier']}
            returnTo={returnTo}
            errors={errors}
            {...more}
            aside={asides.signIn}
          />,
          status,
        );
      const asked = { purpose: 'sign-in', network: networkOf(request.ip) };
      if (form.is === 'invalid') {
        const question = wasAsked(request.body) ? await proofOfWork.ask(asked, request.body) : null;
        return again(sayFaults(form.faults, request.words), 422, { question });
      }
      const result = await signIn.checkPassword({
        ...form.value,
        returnTo,
        browser: browserOf(vault, request),
        prove: () => proofOfWork.verify(asked, request.body),
      });
      note(request, { outcome: result.is });
      switch (result.is) {
        case 'needs-factor':
          signInCookie.set(reply, result.token);
          if (result.factor === null) return reply.redirect(LOST, 303);
          await sendFirst(result.token, result.factor);
          return reply.redirect(`/sign-in/${result.factor.path}`, 303);
        case 'signed-in':
          return enter(request, reply, result.entered);
        case 'unproven':
          return again([{ field: 'proof', text: sayUnproven(result.verdict, request.words) }], 422, {
            question: result.verdict.question,
          });
        case 'wrong':
        case 'wait':
        case 'disabled': {
          const isNext = result.is === 'wait' || (result.is === 'wrong' && result.asksProof);
          // What was proven for this try is used up; what was not looked at still counts.
          const kept = result.is === 'wait' ? request.body : undefined;
          return again(
            [{ field: 'identifier', text: sayRefusal(result, request.words) }],
            statusOf(result, reply, clock),
            {
              // Made now, so that the browser works while the person types.
              question: isNext ? await proofOfWork.ask(asked, kept) : null,
              waits: result.is === 'wait',
            },
          );
        }
      }
    },
  );

  app.post(PASSKEY_OPTIONS, { config: { access: 'anyone', rateLimit: false } }, (request) =>
    passkeys.ask(purposeOf(request), null),
  );

  app.post(WITH_PASSKEY, { config: { access: 'anyone', rateLimit } }, async (request, reply) => {
    const form = parseForm(WithPasskey, request);
    const returnTo = localPath(typedFields(request.body)['return'], HOME);
    const again = (errors: readonly FieldError[]) =>
      reply.page(
        <SignInPage page={request.page(reply)} returnTo={returnTo} errors={errors} aside={asides.signIn} />,
        422,
      );
    if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
    const result = await signIn.checkPasskey({
      answer: form.value.passkey,
      purpose: purposeOf(request),
      returnTo,
      browser: browserOf(vault, request),
    });
    note(request, { outcome: result.is });
    switch (result.is) {
      case 'signed-in':
        return enter(request, reply, result.entered);
      case 'wrong':
        return again([{ field: 'passkey', text: request.words.t('passkeys.sign-in-wrong') }]);
    }
  });

  factorRoutes(
    app,
    { factors, clock, policy },
    {
      base: '/sign-in',
      access: 'signing-in',
      asked: async (request) => {
        const token = signInCookie.read(request);
        return token === undefined ? null : signIn.waiting(token);
      },
      check: async (request, factor, answer) => {
        const token = signInCookie.read(request);
        if (token === undefined) return { is: 'gone' };
        const remember = typedFields(request.body)['remember'] === 'yes';
        const result = await signIn.checkFactor(token, factor, {
          answer,
          browser: browserOf(vault, request),
          remember,
        });
        return result.is === 'right' && factor.kind === 'backup-code'
          ? { is: 'right', value: { ...result.value, returnTo: afterBackupCode(result.value.returnTo) } }
          : result;
      },
      right: enter,
      gone: (request, reply) => {
        signInCookie.clear(reply);
        if (request.method === 'GET') return reply.redirect('/sign-in', 303);
        const errors = [{ field: 'identifier', text: request.words.t('sign-in.start-over') }];
        const returnTo = returnSaid(request, HOME);
        const page = { ...request.page(reply), path: withReturn('/sign-in', returnTo) };
        return reply.page(
          <SignInPage page={page} returnTo={returnTo} errors={errors} aside={asides.signIn} />,
          410,
        );
      },
      rememberDays: (factor) => rememberDaysAfter(policy, factor),
      lost: LOST,
      aside: asides.code,
    },
  );

  /** What is offered first and has to be sent is on its way when its page opens. */
  async function sendFirst(token: string, { send }: Factor): Promise<void> {
    if (send === undefined) return;
    const waiting = await signIn.waiting(token);
    if (waiting !== null) await send(waiting.challenged, null);
  }

  async function enter(request: FastifyRequest, reply: FastifyReply, entered: Entered) {
    if (request.foundSession.is === 'live') await sessions.end(request.foundSession.session, 'replaced');
    signInCookie.clear(reply);
    keepDevice(vault, request, reply, entered.deviceToken);
    sessionCookie.set(reply, entered.token);
    return reply.redirect(entered.returnTo, 303);
  }

  function sayRefusal(refusal: Refusal, { t, duration }: Words): string {
    switch (refusal.is) {
      case 'wrong':
        return t('sign-in.wrong');
      case 'wait':
        return t('sign-in.wait', { time: duration(secondsUntil(refusal.until, clock)) });
      case 'disabled':
        return t('sign-in.disabled');
    }
  }
}
