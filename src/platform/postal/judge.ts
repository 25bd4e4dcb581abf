import { plainDigits } from '../typed/index.ts';
import type { PostalAddress, PostalField } from './address.ts';
import { isUsual, namesOf } from './format.ts';
import { metadataOf } from './metadata.ts';

/** Why letters to an address may not arrive. What the metadata does not know is no reason. */
export type PostalWarning =
  | { readonly is: 'missing'; readonly field: PostalField }
  /** The postal code is not written as the country's are. */
  | { readonly is: 'postcode'; readonly field: 'postcode'; readonly example: string | null }
  /** The postal code is written well and is of another state. */
  | { readonly is: 'other-state'; readonly field: 'postcode' }
  /** The country has no such state. */
  | { readonly is: 'no-state'; readonly field: 'state' };

/** A postal code as post offices write it: capitals, and the digits of any script as 0 to 9. */
export const tidyPostcode = (typed: string): string => plainDigits(typed).toUpperCase();

/** What an address makes doubtful, in the order of its fields; one reason a field. */
export function postalWarnings(address: PostalAddress): readonly PostalWarning[] {
  const data = metadataOf(address.country);
  return namesOf(data, 'en').flatMap((name): PostalWarning[] => {
    const value = address[name];
    if (value === undefined) return isUsual(name, data) ? [{ is: 'missing', field: name }] : [];
    const regions = data.sub_regions;
    if (name === 'state' && regions.length > 0 && !regions.some(({ key }) => key === value))
      return [{ is: 'no-state', field: 'state' }];
    if (name !== 'postcode' || data.zip === undefined) return [];
    if (!new RegExp(`^(?:${data.zip})$`).test(value))
      return [{ is: 'postcode', field: 'postcode', example: data.zipex?.split(',')[0] ?? null }];
    const region = regions.find(({ key }) => key === address.state);
    return region?.zip !== undefined && !new RegExp(`^(?:${region.zip})`).test(value)
      ? [{ is: 'other-state', field: 'postcode' }]
      : [];
  });
}
