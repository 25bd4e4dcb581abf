import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Policy } from '../../identity/core/policy/index.ts';
import type { Appointments, AppointmentType, OwnAppointment } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { JustDone } from './appointment-page.tsx';
import type { CalendarsParts } from './calendars.tsx';
import { APPOINTMENTS, appointmentPath } from './paths.ts';

export type AppointmentsParts = CalendarsParts & {
  readonly appointments: Appointments;
  readonly catalogue: CaseCatalogue;
  readonly publicUrl: URL;
  readonly policy: Pick<Policy, 'requests'>;
};

export const ONE = `${APPOINTMENTS}/:id`;
const Address = z.object({ id: z.string() });

/** An appointment of the session with its rules, which every page of it needs. */
export type Own = { readonly found: OwnAppointment; readonly type: AppointmentType };

export const idOf = (request: FastifyRequest): string => Address.parse(request.params).id;

export const backTo = (reply: FastifyReply, id: string, done: NonNullable<JustDone> | null): FastifyReply =>
  reply.redirect(done === null ? appointmentPath(id) : `${appointmentPath(id)}?done=${done}`, 303);

/** Of an account, with the rules of its type; null where there is no such one. */
export async function ownOf(
  { appointments }: AppointmentsParts,
  accountId: string,
  id: string,
): Promise<Own | null> {
  const found = await appointments.appointmentOf(accountId, id);
  const type = found === null ? undefined : appointments.rules.types.get(found.type);
  return found === null || type === undefined ? null : { found, type };
}
