import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Secret } from '../../platform/config/index.ts';
import { tokenHash } from '../../platform/crypto/index.ts';
import { type ApiScope, HttpRefusal } from '../../platform/http/index.ts';
import { type Alerts, BounceReport, readStatusNotification } from '../../records/alerts/index.ts';

const BOUNCES = '/bounces';
/** A notification may bring back the whole message. */
const LONGEST = 512 * 1024;
/** Of one provider in five minutes. */
const MOST = 3_000;
/** What a delivery status notification comes as, as a mail server has it. */
const NOTIFICATION = ['message/rfc822', 'multipart/report'];

/**
 * Where the mail provider, or the mailbox of the sender, says that an email came back: by JSON, or by the notification itself
 * (RFC 3464). What is of no message of ours is taken and passed by, so that nobody learns from the answer what there is.
 * @param secret what whoever posts carries as a bearer token
 */
export function bounceRoute(
  api: ApiScope,
  { alerts, secret }: { readonly alerts: Pick<Alerts, 'noteBounce'>; readonly secret: Secret },
): void {
  void api.register(async (child) => {
    child.addContentTypeParser(NOTIFICATION, { parseAs: 'string' }, (_request, body, done) =>
      done(null, readStatusNotification(String(body))),
    );
    child.post(
      BOUNCES,
      {
        bodyLimit: LONGEST,
        config: { access: 'anyone', rateLimit: { max: MOST } },
        onRequest: async (request) => {
          if (!carries(request, secret())) throw new HttpRefusal(401);
        },
      },
      async (request, reply) => {
        const report = BounceReport.nullable().safeParse(request.body);
        if (!report.success) throw new HttpRefusal(400);
        if (report.data !== null) await alerts.noteBounce(report.data);
        return reply.code(204).send();
      },
    );
  });
}

function carries({ headers }: FastifyRequest, secret: string): boolean {
  const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(tokenHash(given), tokenHash(secret));
}
