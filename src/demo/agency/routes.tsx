import type { FastifyReply, FastifyRequest } from 'fastify';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { dayOf } from '../../platform/calendar/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import type { Foundation } from '../../platform/foundation/index.ts';
import { HttpRefusal, type PageScope, parseForm, sayFaults } from '../../platform/http/index.ts';
import type { Appointments } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { Topics } from '../../records/conversations/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import { agencyFeed } from '../../records/feed/index.ts';
import { readNotices, readPeople } from '../material.ts';
import type { PlayForm, PlayKind, PlayParts, Scene } from './kind.ts';
import { playPath } from './kind.ts';
import { PLAY_KINDS } from './kinds/index.ts';
import { AgencyPage, type FormState, PlayedCasePage, PlayFormPage } from './pages.tsx';
import { readPlayFile } from './play-file.ts';
import { listedCases, playedCase } from './played-case.ts';
import { makeSentLines, type SentLines } from './sent-lines.ts';

export type PlayNeeds = {
  readonly foundation: Pick<Foundation, 'agency' | 'database' | 'vault'>;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly appointments: Pick<Appointments, 'rules'>;
  readonly topics: Topics;
  readonly clock: Clock;
};

const EVENT = /^play-[0-9a-f-]{36}$/;
const newEvent = () => `play-${uuid()}`;

const Address = z.object({ receipt: z.string() });
const SentQuery = z.object({ sent: z.string().regex(EVENT).nullable().catch(null) });
/** Each kind of news has fields of its own, and none of them is a secret. */
const ANY_FIELDS = z.record(z.string(), z.unknown());
const Posted = z.object({ event: z.string().regex(EVENT) }).catch(() => ({ event: newEvent() }));

/** A page on which a visitor plays the agency: what it says of a case comes in as a line of the feed does. */
export function playRoutes(
  app: PageScope,
  { foundation, catalogue, templates, topics, appointments: { rules }, clock }: PlayNeeds,
): void {
  const { agency, database, vault } = foundation;
  const people = readPeople(agency.folder);
  const unclaimed = readNotices(agency.folder).flatMap(({ receipt, alsoAppears }) => [
    receipt,
    ...alsoAppears,
  ]);
  const receipts = [...people.flatMap((person) => person.receipts), ...unclaimed];
  const parts: PlayParts = { agency, catalogue, templates, topics, rules, file: readPlayFile(agency.folder) };
  const feed = agencyFeed(foundation, clock);
  const lines = makeSentLines({ database, vault, clock });
  const anyone = { config: { access: 'anyone' as const } };

  const sceneOf = async (request: FastifyRequest, reply: FastifyReply): Promise<Scene> => {
    const { receipt } = Address.parse(request.params);
    const played = receipts.includes(receipt) ? await playedCase(database, vault, receipt) : null;
    if (played === null) throw new HttpRefusal(404);
    return { ...parts, page: request.page(reply), played, today: dayOf(clock.now(), agency.timeZone) };
  };

  app.get(playPath(), anyone, async (request, reply) =>
    reply.page(
      <AgencyPage
        page={request.page(reply)}
        cases={await listedCases(database, vault, receipts)}
        people={people}
        catalogue={catalogue}
      />,
    ),
  );

  app.get(playPath(':receipt'), anyone, async (request, reply) => {
    const scene = await sceneOf(request, reply);
    const { sent } = SentQuery.parse(request.query);
    const line = sent === null ? null : await lines.find({ receipt: scene.played.receipt, id: sent });
    return reply.page(<PlayedCasePage scene={scene} people={people} sent={line} />);
  });

  const formOf = (kind: PlayKind, scene: Scene, request: FastifyRequest): PlayForm => {
    const form = kind.form(scene, request.query);
    if (form === null) throw new HttpRefusal(404);
    return form;
  };

  for (const kind of PLAY_KINDS) {
    const url = playPath(':receipt', kind.path);
    app.get(url, anyone, async (request, reply) => {
      const scene = await sceneOf(request, reply);
      const state: FormState = { id: newEvent(), typed: {}, errors: [], refused: null };
      return reply.page(<PlayFormPage scene={scene} form={formOf(kind, scene, request)} state={state} />);
    });

    app.post(
      url,
      { config: { ...anyone.config, form: ANY_FIELDS, rateLimit: { max: MOST_A_MINUTE } } },
      async (request, reply) => {
        const scene = await sceneOf(request, reply);
        const form = formOf(kind, scene, request);
        const { receipt } = scene.played;
        const { event: id } = Posted.parse(request.body);
        const again = (typed: FormState['typed'], wrong: Partial<FormState>) => {
          const state = { id, typed, errors: [], refused: null, ...wrong };
          return reply.page(<PlayFormPage scene={scene} form={form} state={state} />, 422);
        };
        const { words } = scene.page;
        const parsed = parseForm(schemaOf(form), request);
        if (parsed.is === 'invalid') return again(parsed.typed, { errors: sayFaults(parsed.faults, words) });
        const { typed } = parsed;
        const saying = form.say(parsed.value);
        if (saying.is === 'faults') return again(typed, { errors: saying.faults });
        const { kind: named, ...said } = saying.said;
        const outcome = await send(
          { receipt, id },
          // What says no kind is of a status.
          {
            ...(named === undefined ? {} : { kind: named }),
            id,
            receipt,
            at: clock.now().toISOString(),
            ...said,
          },
        );
        switch (outcome.is) {
          case 'sent':
            return reply.redirect(playPath(receipt, undefined, { sent: id }), 303);
          case 'sent-before':
            return again(typed, { id: newEvent(), refused: { title: words.t('demo.play-sent-before') } });
          case 'refused':
            return again(typed, { refused: { title: words.t('demo.play-refused'), reason: outcome.reason } });
        }
      },
    );
  }

  /** Sends a line, once for each id: the same form sent again is the line that was sent. */
  async function send(
    which: Parameters<SentLines['keep']>[0],
    said: object,
  ): Promise<{ is: 'sent' } | { is: 'sent-before' } | { is: 'refused'; reason: string }> {
    const line = await lines.keep(which, JSON.stringify(said));
    if (withoutTime(line) !== withoutTime(JSON.stringify(said))) return { is: 'sent-before' };
    let reason: string | null = null;
    await feed.take(inBytes(line), {
      badLine: (_, why) => {
        reason = why;
      },
    });
    if (reason === null) return { is: 'sent' };
    await lines.forget(which);
    return { is: 'refused', reason };
  }
}

const MOST_A_MINUTE = 60;

/** The form as what is posted by it. */
const schemaOf = ({ fields }: PlayForm) =>
  z.object(Object.fromEntries(fields.map(({ name, rule }) => [name, rule])));

const Timed = z.looseObject({ at: z.string() });
/** What a line says, whenever it is said. */
function withoutTime(line: string): string {
  const { at: _, ...said } = Timed.parse(JSON.parse(line));
  return JSON.stringify(said);
}

async function* inBytes(line: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${line}\n`);
}
