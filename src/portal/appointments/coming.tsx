import { turnAway } from '../../identity/session/alarm/index.ts';
import { signedIn } from '../../identity/session/sessions/index.ts';
import {
  errorPage,
  note,
  type PageScope,
  parseForm,
  sayFaults,
  typedFields,
} from '../../platform/http/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import { mayCancel, mayConfirm } from '../../records/appointments/index.ts';
import { CancelPage, ConfirmPage } from './check-page.tsx';
import { appointmentForms, needsIn, needsTyped, reasonIn, versionIn } from './forms.ts';
import { guarded } from './guarded.ts';
import { type AppointmentsParts, backTo, idOf, ONE, ownOf } from './own.ts';
import { appointmentPath } from './paths.ts';

/** That somebody comes, or does not. */
export function comingRoutes(app: PageScope, parts: AppointmentsParts): void {
  const { appointments, catalogue, policy } = parts;
  const { rules } = appointments;
  const { needs: NeedsForm, cancel: CancelForm } = appointmentForms(rules);
  const rateLimit = { max: policy.requests.account };
  const shared = { rules, catalogue };

  app.get(
    `${ONE}/confirm`,
    signedIn(async ({ accountId }, request, reply) => {
      const own = await ownOf(parts, accountId, idOf(request));
      if (own === null) return errorPage(request, reply, 404);
      const page = request.page(reply);
      if (!mayConfirm(own.found, page.now)) return backTo(reply, own.found.id, null);
      return reply.page(
        <ConfirmPage page={page} {...own} {...shared} typed={needsTyped(own.found)} errors={[]} />,
      );
    }),
  );

  app.post(
    `${ONE}/confirm`,
    signedIn(
      async ({ accountId }, request, reply) => {
        const id = idOf(request);
        const form = parseForm(NeedsForm, request);
        const again = async (errors: readonly FieldError[], status: 409 | 422) => {
          const own = await ownOf(parts, accountId, id);
          if (own === null) return errorPage(request, reply, 404);
          const page = request.page(reply);
          if (!mayConfirm(own.found, page.now)) return backTo(reply, id, 'refused');
          const isChanged = versionIn(form.typed) !== own.found.version;
          const said = { typed: form.typed, errors, isChanged };
          return reply.page(<ConfirmPage page={page} {...own} {...shared} {...said} />, status);
        };
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words), 422);
        const confirmed = await appointments.confirm(accountId, id, {
          version: versionIn(form.value),
          needs: needsIn(form.value, rules),
        });
        note(request, { outcome: confirmed.is });
        switch (confirmed.is) {
          case 'not-there':
            return errorPage(request, reply, 404);
          case 'changed':
            return again([], 409);
          case 'refused':
          case 'confirmed':
            return backTo(reply, id, confirmed.is);
        }
      },
      { rateLimit, form: NeedsForm },
    ),
  );

  app.get(
    `${ONE}/cancel`,
    signedIn(async ({ accountId }, request, reply) => {
      const own = await ownOf(parts, accountId, idOf(request));
      if (own === null) return errorPage(request, reply, 404);
      const page = request.page(reply);
      if (mayCancel(own.found, own.type, page.now).is !== 'may') return backTo(reply, own.found.id, null);
      return reply.page(<CancelPage page={page} {...own} {...shared} typed={{}} errors={[]} />);
    }),
  );

  app.post(
    `${ONE}/cancel`,
    signedIn(
      async (session, request, reply) => {
        const { accountId } = session;
        const id = idOf(request);
        const form = parseForm(CancelForm, request);
        const again = async (errors: readonly FieldError[], status: 409 | 422) => {
          const own = await ownOf(parts, accountId, id);
          if (own === null) return errorPage(request, reply, 404);
          const page = request.page(reply);
          if (mayCancel(own.found, own.type, page.now).is !== 'may') return backTo(reply, id, 'refused');
          const isChanged = versionIn(form.typed) !== own.found.version;
          const said = { typed: form.typed, errors, isChanged };
          return reply.page(<CancelPage page={page} {...own} {...shared} {...said} />, status);
        };
        const own = await ownOf(parts, accountId, id);
        if (own === null) return errorPage(request, reply, 404);
        const reason = form.is === 'valid' ? reasonIn(form.value.reason, own.type) : undefined;
        if (reason === undefined)
          return again([{ field: 'reason', text: request.words.t('appointments.reason-missing') }], 422);
        const said = { version: versionIn(form.typed), reason };
        const done = await guarded(
          parts,
          session,
          'appointment-cancelled',
          (inside) => appointments.cancel(accountId, id, said, inside),
          (result) => (result.is === 'cancelled' ? 'appointment-cancelled' : null),
        );
        if (done.is !== 'done') return turnAway(done, reply);
        const cancelled = done.result;
        note(request, { outcome: cancelled.is });
        switch (cancelled.is) {
          case 'not-there':
            return errorPage(request, reply, 404);
          case 'changed':
            return again([], 409);
          case 'refused':
          case 'cancelled':
            return backTo(reply, id, cancelled.is);
        }
      },
      { rateLimit, form: CancelForm },
    ),
  );

  app.post(
    `${ONE}/earlier`,
    signedIn(
      async ({ accountId }, request, reply) => {
        const id = idOf(request);
        const wished = await appointments.wishEarlier(
          accountId,
          id,
          typedFields(request.body)['wish'] === 'yes',
        );
        note(request, { outcome: wished.is });
        switch (wished.is) {
          case 'not-there':
            return errorPage(request, reply, 404);
          case 'refused':
            return backTo(reply, id, 'refused');
          case 'wished':
            return reply.redirect(`${appointmentPath(id)}#earlier`, 303);
        }
      },
      { rateLimit },
    ),
  );
}
