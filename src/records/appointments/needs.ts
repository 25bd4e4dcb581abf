import { sql } from 'kysely';
import { z } from 'zod';
import { sealedColumn } from '../../platform/crypto/index.ts';

const Needs = z.object({ interpreter: z.string().nullable(), access: z.array(z.string()).readonly() });

/** What somebody needs to take part: an interpreter's language, and codes of the agency's list. */
export type Needs = Readonly<z.infer<typeof Needs>>;

export const NO_NEEDS: Needs = { interpreter: null, access: [] };

export const NEEDS_COLUMN = sealedColumn({
  table: 'appointment',
  column: 'needs_sealed',
  under: 'case_record',
  of: sql`t.receipt`,
});
/** Where the needs of an appointment are sealed, under the data key of its case. */
export const { place: needsPlace } = NEEDS_COLUMN;

export const NOTE_COLUMN = sealedColumn({
  table: 'appointment_history',
  column: 'note_sealed',
  under: 'case_record',
  of: sql`(select own.receipt from appointment own where own.id = t.appointment_id)`,
});
/** Where what the agency says of something done is sealed, under the data key of its case. */
export const { place: notePlace } = NOTE_COLUMN;

export const writeNeeds = (needs: Needs): string => JSON.stringify(needs);
/** @throws when the text was not written by `writeNeeds` */
export const readNeeds = (text: string): Needs => Needs.parse(JSON.parse(text));
