import type { Agency } from '../../platform/agency/index.ts';
import type { Clock } from '../../platform/clock/index.ts';
import { loadCaseCatalogue } from '../cases/index.ts';
import { loadDocumentTypes } from '../documents/index.ts';
import type { IntakeRules } from './reading.ts';

/**
 * What an agency's words are checked against, by what is in its folder.
 * @throws an error that names every fault of a file there
 */
export function intakeRules(agency: Agency, clock: Clock): IntakeRules {
  return {
    clock,
    catalogue: loadCaseCatalogue(agency),
    documentTypes: loadDocumentTypes(agency),
    templateFault: () => null,
    receiptPrefix: agency.receipt.prefix,
    languages: agency.languages,
  };
}
