import { z } from 'zod';

/** What every agency has to say, in the order in which it is linked to. */
export const STATEMENT_NAMES = ['privacy', 'terms', 'accessibility'] as const;

export type StatementName = (typeof STATEMENT_NAMES)[number];

/** An address on the web that people are sent to. */
export const webAddress = z.url({
  protocol: /^https$/,
  error: 'must be an address that begins with https://',
});

/** Where a statement stands: in a file of the agency's folder, or on a site of the agency, in each language. */
export const statementPlace = z.union([z.literal('text'), z.record(z.string(), webAddress)], {
  error: 'must be "text", or an address that begins with https:// for each language',
});
