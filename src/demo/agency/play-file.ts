import { z } from 'zod';
import { readAgencyFile } from '../../platform/agency/index.ts';

const localized = z.record(z.string(), z.string().min(1));

const PlayFile = z.strictObject({
  /** After how many days papers are due that are asked for. */
  dueInDays: z.int().min(1),
  /** What is asked for where nobody writes anything else. */
  papers: z.array(localized).min(1),
  /** Of fields of templates, by their names. */
  fields: z.record(
    z.string(),
    z.strictObject({
      label: localized,
      /** For a day: how many days it is from now. */
      inDays: z.int().optional(),
      /** What stands in it at first, where that is not what its type says: a name is the person's, all else the sample. */
      use: z.enum(['person', 'sample']).optional(),
    }),
  ),
});

/** What the agency of the demonstration says where the visitor who plays it writes nothing else. */
export type PlayFile = z.infer<typeof PlayFile>;

/** @throws where the file is not there or not right */
export function readPlayFile(agencyFolder: string): PlayFile {
  return readAgencyFile(agencyFolder, 'demo/play.json', PlayFile);
}
