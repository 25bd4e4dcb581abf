import { z } from 'zod';
import { sealedColumn } from '../../platform/crypto/index.ts';
import { PostalAddress } from '../../platform/postal/index.ts';

/** Where a person lives and gets letters, as it is kept. */
export const ContactDetails = z.strictObject({
  home: PostalAddress,
  /** Null where letters go to where the person lives. */
  mailing: z
    .strictObject({
      /** In whose care letters are sent; null where they go to the person. */
      careOf: z.string().nullable(),
      address: PostalAddress,
    })
    .nullable(),
});
export type ContactDetails = Readonly<z.infer<typeof ContactDetails>>;

export const CONTACT_SEALED = sealedColumn({
  table: 'contact_version',
  column: 'details_sealed',
  under: 'account',
});

/** All that details say, as one text: equal for equal details. */
export const written = (details: ContactDetails): string => JSON.stringify(ContactDetails.parse(details));

export const readDetails = (text: string): ContactDetails => ContactDetails.parse(JSON.parse(text));
