import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import { turnAway } from '../../identity/session/alarm/index.ts';
import { signedIn } from '../../identity/session/sessions/index.ts';
import { type PageScope, parseForm, sayFaults } from '../../platform/http/index.ts';
import type { PlainWordKey } from '../../platform/i18n/index.ts';
import {
  ALERT_GROUPS,
  type AlertChannel,
  type AlertGroup,
  type Alerts,
  PRESSING_DAYS,
} from '../../records/alerts/index.ts';
import { type ChangeParts, chooseAlerts, retryAddresses } from './change.ts';
import { ALERTS, AlertsPage, type Outcome } from './pages.tsx';

/** A box: whoever does not tick it says nothing of it. */
const ticked = z
  .unknown()
  .optional()
  .transform((value) => value === 'yes');
const BOXES = {
  'email-status': ticked,
  'email-documents': ticked,
  'email-papers': ticked,
  'email-appointments': ticked,
  'email-messages': ticked,
  'sms-status': ticked,
  'sms-documents': ticked,
  'sms-papers': ticked,
  'sms-appointments': ticked,
  'sms-messages': ticked,
} as const satisfies Record<`${AlertChannel}-${AlertGroup}`, typeof ticked>;
const MINUTES = 24 * 60;
const minute = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .refine((minutes) => minutes < MINUTES);

const Form = z
  .object({
    ...BOXES,
    quiet: z.enum(['none', 'some']),
    from: minute,
    until: minute,
  })
  .refine(({ quiet, from, until }) => quiet === 'none' || from !== until, {
    path: ['until'],
    message: 'alerts.quiet-same' satisfies PlainWordKey,
  });

const Flash = z.object({
  done: z.enum(['saved', 'retried']).nullable().catch(null).default(null),
});

/** The page on which a person says how they are told that something changed. */
export function alertRoutes(
  app: PageScope,
  parts: ChangeParts & { readonly alerts: Alerts; readonly policy: Pick<Policy, 'requests'> },
): void {
  const { alerts, policy } = parts;
  const rateLimit = { max: policy.requests.account };
  const after = (outcome: Outcome) => `${ALERTS}?done=${outcome}`;

  app.get(
    ALERTS,
    signedIn(async ({ accountId }, request, reply) =>
      reply.page(
        <AlertsPage
          page={request.page(reply)}
          settings={await alerts.settingsOf(accountId)}
          outcome={Flash.parse(request.query).done}
          pressingDays={PRESSING_DAYS}
        />,
      ),
    ),
  );

  app.post(
    ALERTS,
    signedIn(
      async (session, request, reply) => {
        const form = parseForm(Form, request);
        const settings = await alerts.settingsOf(session.accountId);
        if (form.is === 'invalid')
          return reply.page(
            <AlertsPage
              page={request.page(reply)}
              settings={settings}
              typed={form.typed}
              errors={sayFaults(form.faults, request.words)}
              pressingDays={PRESSING_DAYS}
            />,
            422,
          );
        const { quiet, from, until, ...posted } = form.value;
        const isShown: Record<AlertChannel, boolean> = {
          email: true,
          sms: settings.offersTexts && settings.reach.phones.length > 0,
        };
        // What the page did not offer stays as it was.
        const chosen = (channel: AlertChannel): readonly AlertGroup[] =>
          ALERT_GROUPS.filter((group) =>
            isShown[channel] ? posted[`${channel}-${group}`] : settings.choice.on[channel].includes(group),
          );
        const result = await chooseAlerts(parts, session, {
          on: { email: chosen('email'), sms: chosen('sms') },
          quiet: quiet === 'none' ? null : { from, until },
        });
        return result.is === 'changed' ? reply.redirect(after('saved'), 303) : turnAway(result, reply);
      },
      { form: Form, rateLimit },
    ),
  );

  app.post(
    `${ALERTS}/retry`,
    signedIn(
      async (session, _request, reply) => {
        const result = await retryAddresses(parts, session);
        return result.is === 'changed' ? reply.redirect(after('retried'), 303) : turnAway(result, reply);
      },
      { rateLimit },
    ),
  );
}
