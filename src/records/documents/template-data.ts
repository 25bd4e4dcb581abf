import { z } from 'zod';

const StoredData = z.object({
  recipient: z.object({ name: z.string(), address: z.array(z.string()) }),
  fields: z.record(z.string(), z.unknown()),
});

/** What a document of a template says beside its words: whom it is for, as of its arrival, and its fields. */
export type TemplateData = z.infer<typeof StoredData>;

export const readTemplateData = (text: string): TemplateData => StoredData.parse(JSON.parse(text));
