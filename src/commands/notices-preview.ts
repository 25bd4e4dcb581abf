import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAgency } from '../platform/agency/index.ts';
import { readConfig } from '../platform/config/index.ts';
import { loadLanguages } from '../platform/i18n/index.ts';
import { makePdfMaker, paperLook } from '../platform/pdf/index.ts';
import { loadCaseCatalogue } from '../records/cases/index.ts';
import { loadTemplates, proofs } from '../records/document-templates/index.ts';

const FOLDER = 'notices-preview';

const USAGE = `Writes every notice of the agency in every language as a PDF, with the samples of its template (docs/notices.md).

  npm run notices:preview             writes them to ${FOLDER}/
  npm run notices:preview -- FOLDER

Exit code: 0 all are written, 1 some could not be made, 2 it did not run to the end.`;

const ALL_WRITTEN = 0;
const SOME_NOT = 1;
const NOT_DONE = 2;

async function run([folder = FOLDER, ...more]: readonly string[]): Promise<number> {
  if (more.length > 0 || folder.startsWith('-')) {
    console.error(USAGE);
    return NOT_DONE;
  }
  const root = join(import.meta.dirname, '../..');
  const config = readConfig(process.env, root);
  if (config.is === 'faults') throw new Error(config.faults.join('\n'));
  const agency = loadAgency(config.config.agencyFolder);
  const templates = loadTemplates(agency.folder, agency.languages);
  const languages = loadLanguages(join(root, 'locales'), agency);
  const [form] = loadCaseCatalogue(agency).forms.values();
  if (form === undefined) throw new Error('the agency has no form');
  mkdirSync(folder, { recursive: true });
  const maker = makePdfMaker({ look: paperLook(agency) });
  let failed = 0;
  try {
    for await (const { template, language, made } of proofs(templates, {
      agency,
      languages,
      form: form.name,
      maker,
    })) {
      const file = join(folder, `${template.id}.${language}.pdf`);
      if (made.is === 'failed') {
        failed += 1;
        console.error(`${file}: ${made.reason}`);
        continue;
      }
      writeFileSync(file, made.bytes);
      for (const { text, as } of made.romanised) console.error(`${file}: no font has "${text}": "${as}"`);
      console.log(file);
    }
  } finally {
    await maker.close();
  }
  return failed === 0 ? ALL_WRITTEN : SOME_NOT;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = NOT_DONE;
}
