import { z } from 'zod';
import { type Agency, faultsOfText, type Localized } from './agency.ts';
import { type AgencyFault, AgencyFaults, collect } from './faults.ts';
import { readAgencyFile } from './read.ts';
import { STATEMENT_NAMES, type StatementName, webAddress } from './statement-names.ts';

const localized = z.record(z.string(), z.string().trim().min(1));

const Block = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('heading'), words: localized }),
  z.strictObject({ is: z.literal('paragraph'), words: localized }),
  z.strictObject({ is: z.literal('list'), items: z.array(localized).min(1) }),
  z.strictObject({ is: z.literal('link'), words: localized, address: z.record(z.string(), webAddress) }),
]);

const StatementFile = z.strictObject({ changedOn: z.iso.date(), blocks: z.array(Block).min(1) });

/** What an agency says of how it deals with people, such as with their data. */
export type Statement = z.infer<typeof StatementFile>;

/** The statements that an agency's folder holds itself; those that stand on a site of the agency are in none of its files. */
export type Statements = Partial<Readonly<Record<StatementName, Statement>>>;

/**
 * Reads those of `statements/` that `agency.json` names.
 * @throws {AgencyFaults} with every fault of every file
 */
export function loadStatements({
  folder,
  languages,
  statements,
}: Pick<Agency, 'folder'> & {
  readonly languages: readonly string[];
  readonly statements: Readonly<Record<string, unknown>>;
}): Statements {
  const faults: AgencyFault[] = [];
  const found = STATEMENT_NAMES.filter((name) => statements[name] === 'text').flatMap((name) => {
    const file = `statements/${name}.json`;
    const statement = collect(faults, () => readAgencyFile(folder, file, StatementFile));
    if (statement === undefined) return [];
    for (const [at, block] of statement.blocks.entries())
      for (const text of textsOf(block))
        faults.push(...faultsOfText(file, `blocks, entry ${at + 1}`, text, languages));
    return [[name, statement] as const];
  });
  if (faults.length > 0) throw new AgencyFaults(faults, folder);
  return Object.fromEntries(found);
}

function textsOf(block: z.infer<typeof Block>): readonly Localized[] {
  switch (block.is) {
    case 'heading':
    case 'paragraph':
      return [block.words];
    case 'list':
      return block.items;
    case 'link':
      return [block.words, block.address];
  }
}
