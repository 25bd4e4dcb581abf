import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { type AgencyFault, AgencyFaults } from './faults.ts';

/**
 * Reads one JSON file of an agency's folder.
 * @throws {AgencyFaults} with every fault of the file
 */
export function readAgencyFile<T>(folder: string, name: string, schema: z.ZodType<T>): T {
  const parsed = parseAgencyData(name, readJson(folder, name), schema);
  if (parsed.is === 'faults') throw new AgencyFaults(parsed.faults, folder);
  return parsed.data;
}

/**
 * Reads one text file of an agency's folder.
 * @throws {AgencyFaults} where it is missing or cannot be read
 */
export function readAgencyText(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'ENOENT' || code === 'ENOTDIR' ? 'is missing' : 'cannot be read';
    throw new AgencyFaults([{ file: name, reason }], folder);
  }
}

/** What a part of an agency's file says, or every fault of it. @param at where in the file the part is */
export function parseAgencyData<T>(
  file: string,
  data: unknown,
  schema: z.ZodType<T>,
  at: readonly string[] = [],
): { readonly is: 'right'; readonly data: T } | { readonly is: 'faults'; readonly faults: AgencyFault[] } {
  const parsed = schema.safeParse(data, { error: sayIssue });
  if (parsed.success) return { is: 'right', data: parsed.data };
  const faults = parsed.error.issues.map(({ path, message }) => {
    const place = placeOf([...at, ...path], data, at.length);
    return { file, reason: place === '' ? message : `${place}: ${message}` };
  });
  return { is: 'faults', faults };
}

function readJson(folder: string, name: string): unknown {
  const text = readAgencyText(folder, name);
  try {
    return JSON.parse(text);
  } catch {
    throw new AgencyFaults([{ file: name, reason: `is not valid JSON: ${whereBroken(text)}` }], folder);
  }
}

/** Where JSON breaks. The runtime tells the position of some faults only, so it is asked about beginnings of the text. */
function whereBroken(text: string): string {
  if (text.trim() === '') return 'it is empty';
  let [whole, broken] = [0, text.length + 1];
  while (broken - whole > 1) {
    const middle = Math.floor((whole + broken) / 2);
    if (isBroken(text.slice(0, middle))) broken = middle;
    else whole = middle;
  }
  if (broken > text.length) return 'it ends too early, perhaps for want of a }, a ] or a quotation mark';
  const lines = text.slice(0, broken - 1).split('\n');
  return `look at line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}, and just before`;
}

/** Whether a beginning of JSON is wrong already, and not only cut off. */
function isBroken(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/end of JSON|Unterminated/.test(message)) return false;
    return /position (\d+)/.exec(message)?.[1] !== String(beginning.length);
  }
}

/** `statuses, "case-received", label.es`: an entry of a list by its code, or else by its number from 1 on. */
export function placeOf(path: readonly PropertyKey[], data: unknown, skipped = 0): string {
  let value = data;
  let place = '';
  path.forEach((key, index) => {
    if (index >= skipped) value = memberOf(value, key);
    if (typeof key === 'number') place += `, ${nameOf(value) ?? `entry ${key + 1}`}`;
    else
      place +=
        place === '' ? String(key) : `${typeof path[index - 1] === 'number' ? ', ' : '.'}${String(key)}`;
  });
  return place;
}

const memberOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

function nameOf(entry: unknown): string | undefined {
  const name = memberOf(entry, 'code') ?? memberOf(entry, 'id');
  return typeof name === 'string' ? `"${name}"` : undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list: [ … ]',
  object: 'an object: { … }',
  record: 'a text for each language: { "en": "…" }',
};

const FORMATS: Readonly<Record<string, string>> = {
  email: 'must be an email address',
  date: 'must be a date such as 2026-06-09',
  url: 'must be an address such as https://agency.example/',
};

/** What is wrong, in the words of people who write such files; what a schema says itself goes first. */
function sayIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'unrecognized_keys':
      return `has ${issue.keys.map((key) => `"${key}"`).join(', ')}, which is no field that Portico knows`;
    case 'invalid_value':
      return issue.input === undefined
        ? 'is missing'
        : `must be ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}`;
    case 'too_small':
      return saySize(issue.origin, `at least ${issue.minimum}`, Number(issue.minimum) === 1);
    case 'too_big':
      return saySize(issue.origin, `at most ${issue.maximum}`, false);
    case 'invalid_format':
      return FORMATS[issue.format] ?? sayFormat(issue);
    case 'invalid_union':
      return issue.input === undefined ? 'is missing' : 'is of no kind that Portico knows here';
    default:
      return 'is not what Portico expects here';
  }
}

function saySize(origin: string, size: string, atLeastOne: boolean): string {
  if (atLeastOne && (origin === 'string' || origin === 'array')) return 'must not be empty';
  if (origin === 'string') return `must have ${size} characters`;
  return origin === 'array' ? `must have ${size} entries` : `must be ${size}`;
}

function sayFormat(issue: {
  readonly format: string;
  readonly pattern?: string;
  readonly prefix?: string;
}): string {
  if (issue.prefix !== undefined) return `must begin with "${issue.prefix}"`;
  return issue.pattern === undefined ? 'is not written as it must be' : `must match ${issue.pattern}`;
}
