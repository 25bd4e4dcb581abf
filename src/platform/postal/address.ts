import { z } from 'zod';

/** The parts of an address, by the names that this house gives them. */
export const POSTAL_FIELDS = ['line1', 'line2', 'district', 'city', 'state', 'postcode', 'sorting'] as const;
export type PostalField = (typeof POSTAL_FIELDS)[number];

const part = z.string().optional();

/** An address as it is kept: the country, and what was answered. */
export const PostalAddress = z.strictObject({
  /** ISO 3166-1 alpha-2. */
  country: z.string(),
  line1: part,
  line2: part,
  district: part,
  city: part,
  /** The code of one of the country's, where it has a list of them. */
  state: part,
  postcode: part,
  sorting: part,
});
export type PostalAddress = Readonly<z.infer<typeof PostalAddress>>;
