export {
  type Agency,
  faultsOfText,
  inLanguage,
  type Localized,
  loadAgency,
  requireLanguages,
} from './agency.ts';
export { faultOfContrast } from './contrast.ts';
export { type AgencyFault, AgencyFaults, collect } from './faults.ts';
export { parseAgencyData, readAgencyFile, readAgencyText } from './read.ts';
export { STATEMENT_NAMES, type StatementName } from './statement-names.ts';
export { loadStatements, type Statement, type Statements } from './statements.ts';
export { incompleteTexts, untranslatedTexts } from './texts.ts';
