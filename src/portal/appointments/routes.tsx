import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { turnAway } from '../../identity/session/alarm/index.ts';
import { signedIn } from '../../identity/session/sessions/index.ts';
import { writeCalendar } from '../../platform/calendar/index.ts';
import {
  downloadHeaders,
  errorPage,
  note,
  type PageScope,
  parseForm,
  sayFaults,
} from '../../platform/http/index.ts';
import type { FieldError } from '../../platform/ui/index.ts';
import { hasTime, mayChoose } from '../../records/appointments/index.ts';
import { AppointmentPage, DONE } from './appointment-page.tsx';
import { calendarEvent } from './calendar-event.ts';
import { calendarRoutes } from './calendars.tsx';
import { CheckPage } from './check-page.tsx';
import { comingRoutes } from './coming.tsx';
import { appointmentForms, needsIn, needsTyped, reasonIn, TimesForm, versionIn } from './forms.ts';
import { guarded } from './guarded.ts';
import { AppointmentsPage } from './list-page.tsx';
import { type AppointmentsParts, backTo, idOf, ONE, type Own, ownOf } from './own.ts';
import { APPOINTMENTS, appointmentPath } from './paths.ts';
import { NEXT_TIMES, TimesPage } from './times-page.tsx';

const Flash = z.object({ done: z.enum(DONE).nullable().catch(null) });
const Filter = z.object({
  month: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .nullable()
    .catch(null),
  day: z.iso.date().nullable().catch(null),
  office: z.string().min(1).nullable().catch(null),
});

/** What people are told to come to: the list, each, and what may be done with it. */
export function appointmentsRoutes(app: PageScope, parts: AppointmentsParts): void {
  const { appointments, catalogue } = parts;
  const { rules } = appointments;

  app.get(
    APPOINTMENTS,
    signedIn(async ({ accountId }, request, reply) =>
      reply.page(
        <AppointmentsPage
          page={request.page(reply)}
          appointments={await appointments.appointmentsOf(accountId)}
          rules={rules}
          catalogue={catalogue}
        />,
      ),
    ),
  );

  app.get(
    ONE,
    signedIn(async ({ accountId }, request, reply) => {
      const found = await appointments.appointmentOf(accountId, idOf(request));
      if (found === null) return errorPage(request, reply, 404);
      const page = request.page(reply);
      const { done } = Flash.parse(request.query);
      return reply.page(
        <AppointmentPage page={page} found={found} rules={rules} catalogue={catalogue} done={done} />,
      );
    }),
  );

  app.get(
    `${ONE}/calendar.ics`,
    signedIn(async ({ accountId }, request, reply) => {
      const found = await appointments.appointmentOf(accountId, idOf(request));
      const type = found === null ? undefined : rules.types.get(found.type);
      if (found === null || !hasTime(found) || type === undefined) return errorPage(request, reply, 404);
      const page = request.page(reply);
      const event = calendarEvent(page.words, found, type, { catalogue, publicUrl: parts.publicUrl });
      const name = `${page.words.t('appointments.calendar-file')} ${found.startsAt.toISOString().slice(0, 10)}.ics`;
      return reply
        .headers(downloadHeaders({ name, type: 'text/calendar; charset=utf-8' }))
        .send(writeCalendar([event], { language: page.words.language }));
    }),
  );

  calendarRoutes(app, parts);
  choosing(app, parts);
  comingRoutes(app, parts);
}

/** How a time is chosen, at first or in the place of another. */
function choosing(app: PageScope, parts: AppointmentsParts): void {
  const { appointments, catalogue, policy } = parts;
  const { rules } = appointments;
  const { check: CheckForm } = appointmentForms(rules);
  const rateLimit = { max: policy.requests.account };

  const mayBegin = (request: FastifyRequest, reply: FastifyReply, { found, type }: Own): boolean => {
    const { now, agency } = request.page(reply);
    return mayChoose(found, type, { now, timeZone: agency.timeZone }).is === 'may';
  };

  const timesPage = async (request: FastifyRequest, reply: FastifyReply, own: Own, isGone = false) => {
    const { office, ...filter } = Filter.parse(request.query);
    const wanted = { ...filter, office: own.found.offices.find((each) => each === office) ?? null };
    return reply.page(
      <TimesPage
        page={request.page(reply)}
        {...own}
        catalogue={catalogue}
        free={await appointments.monthFor(own.found, wanted)}
        filter={wanted}
        next={isGone ? await appointments.nextTimes(own.found, NEXT_TIMES) : null}
      />,
      isGone ? 409 : 200,
    );
  };

  app.get(
    `${ONE}/times`,
    signedIn(async ({ accountId }, request, reply) => {
      const own = await ownOf(parts, accountId, idOf(request));
      if (own === null) return errorPage(request, reply, 404);
      return mayBegin(request, reply, own)
        ? timesPage(request, reply, own)
        : backTo(reply, own.found.id, null);
    }),
  );

  app.post(
    `${ONE}/times`,
    signedIn(
      async ({ accountId }, request, reply) => {
        const id = idOf(request);
        const form = parseForm(TimesForm, request);
        const slot = form.is === 'valid' ? form.value.slot : '';
        const held = await appointments.hold(accountId, id, slot);
        note(request, { outcome: held.is });
        switch (held.is) {
          case 'not-there':
            return errorPage(request, reply, 404);
          case 'refused':
            return backTo(reply, id, 'refused');
          case 'held':
            return reply.redirect(appointmentPath(id, 'check'), 303);
          case 'gone': {
            const own = await ownOf(parts, accountId, id);
            return own === null ? errorPage(request, reply, 404) : timesPage(request, reply, own, true);
          }
        }
      },
      { rateLimit, form: TimesForm },
    ),
  );

  const checkPage = async (
    request: FastifyRequest,
    reply: FastifyReply,
    own: Own,
    said: {
      typed?: Readonly<Record<string, string>>;
      errors?: readonly FieldError[];
      status?: number;
      isGone?: boolean;
      isChanged?: boolean;
    },
  ) => {
    const {
      typed = needsTyped(own.found),
      errors = [],
      status = 200,
      isGone = false,
      isChanged = false,
    } = said;
    const next = isGone ? await appointments.nextTimes(own.found, NEXT_TIMES) : null;
    return reply.page(
      <CheckPage
        page={request.page(reply)}
        {...own}
        rules={rules}
        catalogue={catalogue}
        next={next}
        typed={typed}
        errors={errors}
        isChanged={isChanged}
      />,
      status,
    );
  };

  app.get(
    `${ONE}/check`,
    signedIn(async ({ accountId }, request, reply) => {
      const own = await ownOf(parts, accountId, idOf(request));
      if (own === null) return errorPage(request, reply, 404);
      if (!mayBegin(request, reply, own)) return backTo(reply, own.found.id, null);
      if (own.found.hold === null) return reply.redirect(appointmentPath(own.found.id, 'times'), 303);
      return checkPage(request, reply, own, {});
    }),
  );

  app.post(
    `${ONE}/check`,
    signedIn(
      async (session, request, reply) => {
        const { accountId } = session;
        const id = idOf(request);
        const own = await ownOf(parts, accountId, id);
        if (own === null) return errorPage(request, reply, 404);
        if (!mayBegin(request, reply, own)) return backTo(reply, id, 'refused');
        const form = parseForm(CheckForm, request);
        const { typed } = form;
        const { hold, version } = own.found;
        const isGone = hold === null || hold.slot !== typed['kept'];
        const isChanged = versionIn(typed) !== version;
        const again = (errors: readonly FieldError[]) =>
          checkPage(request, reply, own, { typed, errors, status: 422, isGone, isChanged });
        if (form.is === 'invalid') return again(sayFaults(form.faults, request.words));
        const { slot, kept } = form.value;
        const reason = own.found.state === 'fixed' ? reasonIn(form.value.reason, own.type) : null;
        if (reason === undefined)
          return again([{ field: 'reason', text: request.words.t('appointments.reason-missing') }]);
        if (slot !== null) await appointments.hold(accountId, id, slot);
        const said = {
          slot: slot ?? kept,
          version: versionIn(form.value),
          needs: needsIn(form.value, rules),
          reason,
        };
        const done = await guarded(
          parts,
          session,
          'appointment-moved',
          (inside) => appointments.book(accountId, id, said, inside),
          (result) => {
            if (result.is !== 'booked') return null;
            return result.moved ? 'appointment-moved' : 'appointment-chosen';
          },
        );
        if (done.is !== 'done') return turnAway(done, reply);
        const booked = done.result;
        note(request, { outcome: booked.is });
        switch (booked.is) {
          case 'not-there':
            return errorPage(request, reply, 404);
          case 'refused':
            return backTo(reply, id, 'refused');
          case 'booked':
            return backTo(reply, id, booked.moved ? 'moved' : 'booked');
          case 'gone':
            return checkPage(request, reply, own, { typed, status: 409, isGone: true });
          case 'changed': {
            const now = await ownOf(parts, accountId, id);
            if (now === null) return errorPage(request, reply, 404);
            if (!mayBegin(request, reply, now)) return backTo(reply, id, 'refused');
            const isLeft = now.found.hold !== null && now.found.hold.slot === said.slot;
            return checkPage(request, reply, now, { typed, status: 409, isGone: !isLeft, isChanged: true });
          }
        }
      },
      { rateLimit, form: CheckForm },
    ),
  );
}
