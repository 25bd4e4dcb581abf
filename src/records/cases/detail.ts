import { z } from 'zod';
import { inLanguage, type Localized } from '../../platform/agency/index.ts';

/** What the agency adds to an event in its own words: one text, or the same text in several languages. */
export type Detail = string | Localized;

const StoredDetail = z.union([z.string(), z.record(z.string(), z.string())]);

/** A detail's text for a reader of this language; any language is better than none. */
export function detailIn(detail: Detail, language: string): string {
  return typeof detail === 'string' ? detail : inLanguage(detail, language);
}

/** A detail as text to be sealed. */
export function writeDetail(detail: Detail): string {
  return JSON.stringify(detail);
}

/** @throws when the text was not written by `writeDetail` */
export function readDetail(text: string): Detail {
  return StoredDetail.parse(JSON.parse(text));
}
