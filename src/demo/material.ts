import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readAgencyFile } from '../platform/agency/index.ts';
import { ContactDetails } from '../records/contact/index.ts';

const PeopleFile = z.strictObject({
  people: z
    .array(
      z.strictObject({
        username: z.string(),
        email: z.email(),
        password: z.string(),
        fullName: z.string(),
        born: z.iso.date(),
        birthCountry: z.string().length(2),
        language: z.string(),
        totpSecret: z.string(),
        receipts: z.array(z.string()),
        /** Where they live, and the cases whose offices have it. */
        contact: z.strictObject({ details: ContactDetails, acknowledged: z.array(z.string()) }).optional(),
      }),
    )
    .min(1),
});

const NoticesFile = z.strictObject({
  notices: z.array(
    z.strictObject({
      fullName: z.string(),
      born: z.iso.date(),
      birthCountry: z.string().length(2),
      receipt: z.string(),
      accessCode: z.string(),
      /** Cases that come along when this one is claimed. */
      alsoAppears: z.array(z.string()),
    }),
  ),
});

/** Somebody who has an account in the demonstration. Nothing about them is secret. */
export type DemoPerson = z.infer<typeof PeopleFile>['people'][number];
/** A paper notice that somebody without an account holds. */
export type DemoNotice = z.infer<typeof NoticesFile>['notices'][number];

/** Whether an agency has people and cases for the demonstration; without them it begins with none. */
export const hasDemo = (agencyFolder: string): boolean => existsSync(join(agencyFolder, 'demo'));

export function readPeople(agencyFolder: string): readonly DemoPerson[] {
  if (!hasDemo(agencyFolder)) return [];
  return readAgencyFile(agencyFolder, 'demo/people.json', PeopleFile).people;
}

export function readNotices(agencyFolder: string): readonly DemoNotice[] {
  if (!hasDemo(agencyFolder)) return [];
  return readAgencyFile(agencyFolder, 'demo/notices.json', NoticesFile).notices;
}
