import { DAY } from '../clock/index.ts';
import { COUNTRIES, OTHER_COUNTRY, type Words } from '../i18n/index.ts';

/**
 * A zone by its name in the database of zones (IANA).
 * @returns the name as it is kept, or null where there is no such zone
 */
export function zoneNamed(name: string): string | null {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // A fixed distance from UTC knows no summer time.
    return /^[A-Z][A-Za-z]+\/[\w/+-]+$/.test(timeZone) ? timeZone : null;
  } catch {
    return null;
  }
}

type ZoneOption = { readonly value: string; readonly label: string };
type ZonesOfCountry = { readonly label: string; readonly options: readonly ZoneOption[] };

/** The lists of today by their language: each takes a tenth of a second to make. */
const lists = new Map<string, { readonly day: number; readonly list: readonly ZonesOfCountry[] }>();

/** The zones of every country under its name, each by its town and how far it is from UTC today. */
export function zoneOptions({ language, country }: Words, now: Date): readonly ZonesOfCountry[] {
  const day = Math.floor(now.getTime() / DAY);
  const known = lists.get(language);
  if (known?.day === day) return known.list;
  const { compare } = new Intl.Collator(language);
  const list = [...COUNTRIES]
    .filter((code) => code !== OTHER_COUNTRY)
    .map((code) => ({ label: country(code), options: optionsOf(code, now, compare) }))
    .filter(({ options }) => options.length > 0)
    .sort((a, b) => compare(a.label, b.label));
  lists.set(language, { day, list });
  return list;
}

function optionsOf(code: string, now: Date, compare: Intl.Collator['compare']): readonly ZoneOption[] {
  return zonesOf(code)
    .map((zone) => {
      const offset = partOf(zone, 'en', now, 'shortOffset');
      return { value: zone, label: `${townOf(zone)} (${offset})`, minutes: minutesAhead(offset) };
    })
    .sort((a, b) => a.minutes - b.minutes || compare(a.label, b.label))
    .map(({ value, label }) => ({ value, label }));
}

const zonesOf = (code: string): readonly string[] => {
  const zones = (new Intl.Locale(`und-${code}`).getTimeZones() ?? []).map(zoneNamed);
  return [...new Set(zones.filter((zone) => zone !== null))];
};

const townOf = (zone: string): string => zone.split('/').at(-1)?.replaceAll('_', ' ') ?? zone;

/** A zone as people know it: its town, what its time is called, and how far it is from UTC now. */
export function zoneName(zone: string, language: string, now: Date): string {
  return `${townOf(zone)}, ${partOf(zone, language, now, 'longGeneric')} (${partOf(zone, language, now, 'shortOffset')})`;
}

function partOf(
  zone: string,
  language: string,
  now: Date,
  timeZoneName: 'longGeneric' | 'shortOffset',
): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName }).formatToParts(now);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
}

function minutesAhead(offset: string): number {
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])?(\d+)?:?(\d+)?/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
