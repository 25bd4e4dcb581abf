import { randomInt } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { inBrowser } from '../browser/index.ts';
import type { Clock } from '../clock/index.ts';
import { framesOf } from '../log/index.ts';
import type { Signals } from '../stream/index.ts';
import { gathered } from './gathered.ts';

/** From where a browser wants to be told. */
export type Place =
  /** It was told everything up to a number. */
  | { readonly is: 'after'; readonly seq: string }
  /** It shows a page that was drawn at an instant. */
  | { readonly is: 'drawn'; readonly at: Date }
  /** It does not say. */
  | { readonly is: 'unknown' };

/** What is asked for the open streams of a process, once for all of them. */
export type Asked = {
  /** Those whose streams are open. */
  readonly owners: readonly string[];
  /** The number after which somebody was not told yet; null where only the newest number is wanted. */
  readonly after: string | null;
  /** How many numbers are looked back at most: whoever is further behind is told without looking. */
  readonly most: number;
};

/** What there is to tell of: to whom, under which number, and what it is about, if it can be named. */
export type News = {
  readonly upTo: string;
  readonly changes: readonly {
    readonly owner: string;
    readonly seq: string;
    readonly about: string | null;
  }[];
};

export type FanOut = {
  /**
   * Keeps the answer to a request open and tells on it that something changed, never what: an event `changed` with the
   * newest number as its id and what it is about, empty where that is not known. An event `over` ends it for good.
   * Where its owner, or all together, have too many, the owner's oldest makes room and stays away for some minutes: it may
   * well be one that nobody is at any more.
   * @param lease what must go on for the stream to stay
   * @returns `full` where there are as many as there may be of all and none of them is the owner's, and nothing was answered
   */
  open(
    reply: FastifyReply,
    stream: { readonly owner: string; readonly lease: string; readonly from: Place },
  ): Promise<'open' | 'full'>;
  /** How many are open. */
  size(): number;
  /** Ends all, whose browsers come back a little later, one by one. */
  stop(): Promise<void>;
};

type Parts = {
  readonly clock: Clock;
  readonly signals: Signals;
  readonly log: Pick<Logger, 'warn'>;
  /** The tables whose rows bring news, and those whose rows may end a lease, by the names of their signals. */
  readonly tables: { readonly news: string; readonly leases: string };
  /** What there is to tell of, in one query. */
  readonly news: (asked: Asked) => Promise<News>;
  /** Until when each of some leases lasts; one that is not named is over. One query too. */
  readonly leases: (ids: readonly string[]) => Promise<ReadonlyMap<string, Date>>;
  readonly most?: { readonly ofOwner: number; readonly inAll: number };
  readonly heartbeatMilliseconds?: number;
};

type Stream = {
  readonly reply: FastifyReply;
  readonly owner: string;
  readonly lease: string;
  /** Everything up to it was told; `unknown` where something may have been missed. */
  told: bigint | 'unknown';
  /** Since when what was sent is on its way: a slow browser gets no more until it has that. */
  busySince: number | null;
  /** Whether there may be something that it was not told meanwhile. */
  waits: boolean;
  /** When its lease ends, as far as is known. */
  endsAt: number;
};

/** Below what proxies close an idle connection after. */
const HEARTBEAT = 15_000;
const MOST = { ofOwner: 12, inAll: 5_000 };
const LOOK_BACK = 10_000;
const NEWS_REST = 80;
const LEASES_REST = 300;
/** Between the query of a page and the instant at which it says that it was drawn; also what clocks of servers differ by. */
const DRAWING = 35_000;
const MOST_READS_KEPT = 16;
/** Browsers that lost their streams at once come back spread over so many milliseconds. */
const RETRY = { least: 1_000, most: 6_000 };
/** In milliseconds: whoever made room for another one of its owner comes back then. */
const STAY_AWAY = { least: 5 * 60_000, most: 10 * 60_000 };

/** Tells browsers that something changed: one query for all of a process, whenever there may be something. */
export function makeFanOut(parts: Parts): FanOut {
  const { clock, signals, log, tables, news, leases } = parts;
  const { most = MOST, heartbeatMilliseconds: heartbeat = HEARTBEAT } = parts;
  const streams = new Set<Stream>();
  const unchecked = new Set<Stream>();
  let reads: readonly { readonly at: number; readonly seq: bigint }[] = [];
  let hearing: ReturnType<Signals['hear']> | null = null;
  let [beat, firstEnd]: (NodeJS.Timeout | undefined)[] = [];
  let stopped = false;

  const failed = (error: unknown): void => {
    const stack = error instanceof Error ? framesOf(error) : '';
    log.warn({ err: { stack } }, 'open pages are not told of changes');
  };
  const gone = (stream: Stream): void => {
    streams.delete(stream);
    unchecked.delete(stream);
    if (streams.size === 0) rest();
  };
  const end = (stream: Stream, forGood: boolean): void => {
    gone(stream);
    if (forGood) send(stream, { event: 'over', data: null });
    stream.reply.sse.close();
  };
  /** Its browser stays away for long, or those of one owner would push each other out without end. */
  const giveUp = (stream: Stream): void => {
    const retry = randomInt(STAY_AWAY.least, STAY_AWAY.most);
    send(stream, { retry, data: undefined });
    end(stream, false);
  };
  const send = (
    stream: Stream,
    message: { id?: string; event?: string; data: unknown; retry?: number },
  ): void => {
    stream.busySince ??= performance.now();
    stream.reply.sse.send(message).then(
      () => {
        stream.busySince = null;
        if (stream.waits) telling.wake();
        stream.waits = false;
      },
      () => gone(stream),
    );
  };

  const tell = async (): Promise<void> => {
    const asking: Stream[] = [];
    for (const stream of streams)
      if (stream.busySince === null) asking.push(stream);
      else stream.waits = true;
    if (asking.length === 0) return;
    const after = asking.reduce<bigint | null>(
      (least, { told }) => (typeof told !== 'bigint' || (least !== null && least < told) ? least : told),
      null,
    );
    const found = await news({
      owners: [...new Set(asking.map(({ owner }) => owner))],
      after: after?.toString() ?? null,
      most: LOOK_BACK,
    });
    const upTo = BigInt(found.upTo);
    reads = keepRead(reads, { at: clock.now().getTime(), seq: upTo });
    const ofOwners = Map.groupBy(found.changes, ({ owner }) => owner);
    for (const stream of asking) {
      if (!streams.has(stream)) continue;
      const about = aboutSince(stream.told, upTo, ofOwners.get(stream.owner) ?? []);
      stream.told = upTo;
      if (about !== null) send(stream, { id: found.upTo, event: 'changed', data: { about } });
    }
  };
  const check = async (): Promise<void> => {
    const asking = [...unchecked];
    unchecked.clear();
    if (asking.length === 0) return;
    const lasting = await leases([...new Set(asking.map(({ lease }) => lease))]).catch((error: unknown) => {
      for (const stream of asking) if (streams.has(stream)) unchecked.add(stream);
      throw error;
    });
    for (const stream of asking) {
      const endsAt = lasting.get(stream.lease)?.getTime();
      if (endsAt !== undefined) stream.endsAt = endsAt;
      else if (streams.has(stream)) end(stream, true);
    }
    let first = Infinity;
    for (const { endsAt } of streams) first = Math.min(first, endsAt);
    clearTimeout(firstEnd);
    const left = Math.max(0, first - clock.now().getTime());
    if (left < heartbeat) firstEnd = setTimeout(checkAll, left).unref();
  };
  const telling = gathered(() => inBrowser('', tell), NEWS_REST, failed);
  const checking = gathered(() => inBrowser('', check), LEASES_REST, failed);
  const checkAll = (): void => {
    for (const stream of streams) unchecked.add(stream);
    checking.wake();
  };

  /** Also finds what no signal told of, such as on a connection that is silently gone. */
  const onBeat = (): void => {
    const now = performance.now();
    for (const stream of streams)
      if (stream.busySince !== null) {
        if (now - stream.busySince >= heartbeat) stream.reply.raw.destroy();
      } else
        send(stream, {
          ...(typeof stream.told === 'bigint' ? { id: `${stream.told}` } : {}),
          data: undefined,
        });
    telling.wake();
    checkAll();
  };
  const wake = async (): Promise<void> => {
    beat ??= setInterval(onBeat, heartbeat).unref();
    hearing ??= signals.hear((table) => {
      if (table === null || table === tables.news) telling.wake();
      if (table === null || table === tables.leases) checkAll();
    });
    await hearing;
  };
  const rest = (): void => {
    clearInterval(beat);
    clearTimeout(firstEnd);
    beat = undefined;
  };

  return {
    size: () => streams.size,
    open: async (reply, { owner, lease, from }) => {
      if (stopped) return 'full';
      const [oldest, ...others] = [...streams].filter((each) => each.owner === owner);
      const hasMost = others.length + 1 >= most.ofOwner;
      if (oldest !== undefined && (hasMost || streams.size >= most.inAll)) giveUp(oldest);
      if (streams.size >= most.inAll) return 'full';
      const stream: Stream = {
        reply,
        owner,
        lease,
        told: placeOf(from, reads),
        busySince: null,
        waits: false,
        endsAt: Infinity,
      };
      streams.add(stream);
      reply.sse.onClose(() => gone(stream));
      reply.sse.keepAlive();
      send(stream, { retry: randomInt(RETRY.least, RETRY.most), data: undefined });
      await wake();
      // Both may have changed before this stream was one of those asked for.
      unchecked.add(stream);
      checking.wake();
      telling.wake();
      return 'open';
    },
    stop: async () => {
      stopped = true;
      for (const stream of streams) end(stream, false);
      rest();
      await Promise.all([telling.stop(), checking.stop()]);
      await (await hearing)?.stop();
      hearing = null;
    },
  };
}

function placeOf(
  from: Place,
  reads: readonly { readonly at: number; readonly seq: bigint }[],
): Stream['told'] {
  switch (from.is) {
    case 'after':
      return BigInt(from.seq);
    case 'drawn':
      // What was read before the page was drawn stands on it.
      return reads.findLast(({ at }) => at <= from.at.getTime() - DRAWING)?.seq ?? 'unknown';
    case 'unknown':
      return 'unknown';
  }
}

/** What a stream is told that something changed about; null where there is nothing to tell. */
function aboutSince(told: Stream['told'], upTo: bigint, changes: News['changes']): readonly string[] | null {
  // Numbers that are ahead of the newest are of another database, as before a restore.
  if (told === 'unknown' || told > upTo || told < upTo - BigInt(LOOK_BACK)) return [];
  const since = changes.filter(({ seq }) => BigInt(seq) > told);
  if (since.length === 0) return null;
  const about = since.flatMap((change) => (change.about === null ? [] : [change.about]));
  return about.length === since.length ? [...new Set(about)] : [];
}

/** Keeps the last reads, one at most for a few seconds, and the first, which is the furthest back that is known. */
function keepRead<Read extends { readonly at: number }>(reads: readonly Read[], read: Read): readonly Read[] {
  const last = reads.at(-1);
  if (last !== undefined && read.at - last.at < HEARTBEAT / 3) return reads;
  const kept = [...reads, read];
  return kept.length > MOST_READS_KEPT ? kept.slice(-MOST_READS_KEPT) : kept;
}
