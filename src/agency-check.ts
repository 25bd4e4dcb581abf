import { join } from 'node:path';
import { z } from 'zod';
import { faultsOfDemo, hasDemo } from './demo/index.ts';
import { readPolicy } from './identity/index.ts';
import {
  type AgencyFault,
  collect,
  incompleteTexts,
  loadAgency,
  loadStatements,
  readAgencyFile,
  untranslatedTexts,
} from './platform/agency/index.ts';
import type { Clock } from './platform/clock/index.ts';
import { checkWords } from './platform/i18n/index.ts';
import { faultsOfPictures } from './platform/look/index.ts';
import { loadAppointmentRules } from './records/appointments/index.ts';
import { loadCaseCatalogue } from './records/cases/index.ts';
import { loadTopics } from './records/conversations/index.ts';
import { readTemplates } from './records/document-templates/index.ts';
import { faultsOfAsks } from './records/overview/index.ts';

/** What of an agency's file the check of the others needs, however wrong the rest of it is. */
const Outline = z.looseObject({
  languages: z.array(z.string()).catch([]),
  policy: z.unknown(),
  statements: z.record(z.string(), z.unknown()).catch({}),
});

/** How a reader says that a text lacks a language. */
const LACKS = /: no [a-z]{2,3}(-\w+)*$/i;

export type AgencyReport = {
  /** Portico does not start with these. */
  readonly faults: readonly AgencyFault[];
  /** What somebody may want to look at. */
  readonly notes: readonly AgencyFault[];
};

/**
 * Checks every file of an agency's folder, without a database and whatever the others say; its colours, which take longer,
 * are checked when its look is built and by `npm run check-agency`.
 * @param demo whether its `demo/` is checked too, where there is one
 */
export function checkAgency(
  folder: string,
  { root, clock, demo }: { readonly root: string; readonly clock: Clock; readonly demo: boolean },
): AgencyReport {
  const faults: AgencyFault[] = [];
  const agency = collect(faults, () => loadAgency(folder));
  const outline = collect([], () => readAgencyFile(folder, 'agency.json', Outline));
  const languages = (outline?.languages ?? []).filter(isKnown);
  if (!faults.some(({ reason }) => reason.startsWith('policy')) && outline !== undefined)
    collect(faults, () => readPolicy(outline.policy));
  const receipt = { patterns: agency?.receipt.patterns ?? [] };
  const statements = outline?.statements ?? {};
  collect(faults, () => loadStatements({ folder, languages, statements }));
  const catalogue = collect(faults, () => loadCaseCatalogue({ folder, languages, receipt }));
  const appointments =
    catalogue === undefined
      ? undefined
      : collect(faults, () => loadAppointmentRules({ folder, languages }, catalogue));
  const topics = collect(faults, () => loadTopics({ folder, languages }));
  const notices = readTemplates(folder, languages);
  const words = checkWords(join(root, 'locales'), folder, languages);
  if (catalogue !== undefined) faults.push(...faultsOfAsks(notices.templates, catalogue));
  faults.push(...notices.faults, ...words.faults, ...faultsOfPictures(folder));
  // A reader that finds a file of another shape goes no further into it.
  for (const file of new Set(faults.map((fault) => fault.file)))
    if (file.endsWith('.json') && !faults.some((each) => each.file === file && LACKS.test(each.reason)))
      faults.push(...incompleteTexts(folder, file, languages));
  if (demo && hasDemo(folder)) {
    const isRight = agency !== undefined && notices.faults.length === 0;
    const rules =
      isRight && catalogue !== undefined && appointments !== undefined && topics !== undefined
        ? {
            clock,
            catalogue,
            templates: notices.templates,
            appointments,
            topics,
            languages: agency.languages,
          }
        : null;
    faults.push(...faultsOfDemo(folder, rules, clock));
  }
  return { faults, notes: [...untranslatedTexts(folder, languages), ...words.notes] };
}

/** A code that the runtime refuses is told of as a fault of the file, and nothing is asked of it. */
function isKnown(language: string): boolean {
  try {
    return new Intl.PluralRules(language) !== null;
  } catch {
    return false;
  }
}
