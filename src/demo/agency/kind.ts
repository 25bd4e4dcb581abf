import type { ComponentChildren } from 'preact';
import { z } from 'zod';
import type { Agency } from '../../platform/agency/index.ts';
import type { CalendarDate } from '../../platform/i18n/index.ts';
import type { FieldError, Page } from '../../platform/ui/index.ts';
import type { AppointmentRules } from '../../records/appointments/index.ts';
import type { CaseCatalogue } from '../../records/cases/index.ts';
import type { Topics } from '../../records/conversations/index.ts';
import type { NoticeTemplates } from '../../records/document-templates/index.ts';
import type { PlayField } from './fields.tsx';
import type { PlayFile } from './play-file.ts';
import type { PlayedCase } from './played-case.ts';

/** What the agency of the demonstration has to say something with. */
export type PlayParts = {
  readonly agency: Agency;
  readonly catalogue: CaseCatalogue;
  readonly templates: NoticeTemplates;
  readonly rules: AppointmentRules;
  readonly topics: Topics;
  readonly file: PlayFile;
};

/** A case at the moment at which somebody plays the agency in it. */
export type Scene = PlayParts & {
  readonly page: Page;
  readonly played: PlayedCase;
  /** The agency's day. */
  readonly today: CalendarDate;
};

/** What was answered, by the names of fields; null where a field that may be empty is. */
export type Answers = Readonly<Record<string, string | null>>;

export type Saying =
  /** The line's fields beside `id`, `receipt` and `at`. */
  | { readonly is: 'said'; readonly said: Readonly<Record<string, unknown>> }
  | { readonly is: 'faults'; readonly faults: readonly FieldError[] };

/**
 * The line of a kind, by its fields beside `id`, `receipt` and `at`; those that are null are left out.
 * @param kind null for what says no kind, which is of a status
 */
export function saying(kind: string | null, fields: Readonly<Record<string, unknown>>): Saying {
  const given = Object.entries({ kind, ...fields }).filter(([, value]) => value !== null);
  return { is: 'said', said: Object.fromEntries(given) };
}

/** That one field was answered in a way that says nothing. */
export const faulty = (field: string, text: string): Saying => ({ is: 'faults', faults: [{ field, text }] });

/** What an address names, by the agency's own id of it; undefined where it names nothing. */
export function namedIn(query: unknown, name: string): string | undefined {
  const parsed = z.object({ [name]: z.string() }).safeParse(query);
  return parsed.success ? parsed.data[name] : undefined;
}

/** What is asked before a line is sent. */
export type PlayForm = {
  readonly title: string;
  readonly text?: string;
  readonly fields: readonly PlayField[];
  /** Puts the line together of answers of which each is good by itself. */
  say(answers: Answers): Saying;
};

/** One kind of thing that a visitor can let the agency say. */
export type PlayKind = {
  /** The last part of the address of its form. */
  readonly path: string;
  /** How it stands on the page of a case, with links to its forms; null where it has nothing to be said. */
  offers(scene: Scene): ComponentChildren;
  /**
   * The form that an address asks for.
   * @param query of the address, which may have anything
   * @returns null where there is no such thing in the case
   */
  form(scene: Scene, query: unknown): PlayForm | null;
};

const PLAY = '/demo/agency';

/** Where the agency is played: all cases, one of them, or what may be said in it. */
export function playPath(
  receipt?: string,
  path?: string,
  query: Readonly<Record<string, string>> = {},
): string {
  const asked = new URLSearchParams(query).toString();
  return `${[PLAY, receipt, path].filter((part) => part !== undefined).join('/')}${asked === '' ? '' : `?${asked}`}`;
}
