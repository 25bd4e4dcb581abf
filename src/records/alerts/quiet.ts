import { Temporal } from 'temporal-polyfill';

/** Between which times of the day nothing is sent that can wait, in minutes from midnight; over midnight where it ends earlier. */
export type QuietHours = { readonly from: number; readonly until: number };

/**
 * When quiet hours end that hold at a moment, by the person's own clock: an hour that a change of clocks skips is not waited
 * for, and in one that comes twice both are quiet.
 * @param timeZone IANA zone
 * @returns null where it is not quiet
 */
export function quietUntil(now: Date, quiet: QuietHours | null, timeZone: string): Date | null {
  if (quiet === null) return null;
  const local = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone);
  if (!isQuiet(local, quiet)) return null;
  const ends = [local, local.add({ days: 1 }), local.add({ days: 2 })].flatMap((day) => endsOn(day, quiet));
  const turn = local.getTimeZoneTransition('next');
  const next = [...ends, ...(turn === null ? [] : [turn])]
    .filter((end) => end.epochMilliseconds > now.getTime() && !isQuiet(end, quiet))
    .map(({ epochMilliseconds }) => epochMilliseconds);
  return new Date(Math.min(...next));
}

/** The moments of a day at which the clock shows the end: two in an hour that comes twice. */
function endsOn(day: Temporal.ZonedDateTime, { until }: QuietHours): readonly Temporal.ZonedDateTime[] {
  const end = day.toPlainDate().toPlainDateTime({ hour: Math.floor(until / 60), minute: until % 60 });
  return (['earlier', 'later'] as const).map((disambiguation) =>
    end.toZonedDateTime(day.timeZoneId, { disambiguation }),
  );
}

function isQuiet({ hour, minute }: Temporal.ZonedDateTime, { from, until }: QuietHours): boolean {
  const at = 60 * hour + minute;
  return from < until ? from <= at && at < until : from <= at || at < until;
}
