export {
  type Agency,
  inLanguage,
  type Localized,
  loadAgency,
  readAgencyFile,
  requireLanguages,
} from './agency.ts';
