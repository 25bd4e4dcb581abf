import { join } from 'node:path';
import { type AgencyFault, loadAgency } from '../platform/agency/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { loadLanguages } from '../platform/i18n/index.ts';
import { loadFonts, makePdfMaker, paperLook } from '../platform/pdf/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
import { missingGlyphs, proofs, readTemplates } from '../records/document-templates/index.ts';

const USAGE = `Says what is wrong with the agency's notices (docs/notices.md), and makes each of them with its samples.

  npm run notices:check

Exit code: 0 all are right, 1 some are not, 2 it did not run to the end.`;

const ALL_RIGHT = 0;
const SOME_WRONG = 1;
const NOT_DONE = 2;

async function run(args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    console.error(USAGE);
    return NOT_DONE;
  }
  const root = join(import.meta.dirname, '../..');
  const config = readConfig(process.env, root);
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const agency = loadAgency(config.config.agencyFolder);
  const fonts = loadFonts();
  const { templates, faults } = readTemplates(agency.folder, agency.languages);
  const all: AgencyFault[] = [...faults, ...missingGlyphs(templates, agency.languages, fonts)];
  if (all.length === 0) {
    const languages = loadLanguages(join(root, 'locales'), agency);
    const [form] = loadCaseCatalogue(agency).forms.values();
    if (form === undefined) throw new Error('the agency has no form');
    const maker = makePdfMaker({ look: paperLook(agency), fonts });
    try {
      for await (const { template, language, made } of proofs(templates, {
        agency,
        languages,
        form: form.name,
        maker,
      }))
        if (made.is === 'failed')
          all.push({ file: template.file, reason: `cannot be made in ${language}: ${made.reason}` });
    } finally {
      await maker.close();
    }
  }
  for (const { file, reason } of all) console.error(`${file}: ${reason}`);
  const found = all.length === 0 ? 'all are right' : counted(all.length, 'fault');
  console.log(`${counted(templates.all.size, 'notice')} in ${agency.languages.join(', ')}: ${found}`);
  return all.length === 0 ? ALL_RIGHT : SOME_WRONG;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = NOT_DONE;
}
