import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Agency, AgencyFaults, type Localized, readAgencyFile } from '../../platform/agency/index.ts';

const FILE = 'inbox.json';

const InboxFile = z.strictObject({
  topics: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not written as a code'),
        name: z.record(z.string(), z.string().min(1)),
        /** Whether it is about a case, about none, or may be about either. */
        about: z.enum(['case', 'no-case', 'either']).default('either'),
        /** Within how many working days an answer is promised. */
        answerWithin: z.int().min(1).max(90),
      }),
    )
    .min(1),
});

/** What people may write to the agency about, and by when it promises an answer. */
export type Topic = {
  readonly code: string;
  readonly name: Localized;
  readonly about: 'case' | 'no-case' | 'either';
  readonly answerWithin: number;
};

/** The agency's topics by their codes, in its order. */
export type Topics = ReadonlyMap<string, Topic>;

/**
 * Reads `inbox.json` of an agency's folder. An agency without one takes no messages.
 * @throws {AgencyFaults} with every fault of the file
 */
export function loadTopics({ folder, languages }: Pick<Agency, 'folder' | 'languages'>): Topics {
  if (!existsSync(join(folder, FILE))) return new Map();
  const { topics } = readAgencyFile(folder, FILE, InboxFile);
  const faults = topics.flatMap(({ code, name }, at) => {
    const twice = topics.findIndex((other) => other.code === code) !== at;
    const lacking = languages.filter((language) => !Object.hasOwn(name, language));
    return [
      ...(twice ? [{ file: FILE, reason: `topic "${code}" is there twice` }] : []),
      ...lacking.map((language) => ({ file: FILE, reason: `topic "${code}", name: no ${language}` })),
    ];
  });
  if (faults.length > 0) throw new AgencyFaults(faults, folder);
  return new Map(topics.map((topic) => [topic.code, topic]));
}

/** Whether a message of this topic may be about a case, or about none. */
export const fits = ({ about }: Topic, receipt: string | null): boolean =>
  about === 'either' || about === (receipt === null ? 'no-case' : 'case');
