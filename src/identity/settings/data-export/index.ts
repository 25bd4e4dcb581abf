export { COPY_ACTIVITY } from './activity-labels.ts';
export { type DataExport, makeDataExport, PREPARE_EXPORT } from './data-export.ts';
export { dataExportPolicy } from './policy.ts';
export { dataExportRoutes } from './routes.tsx';
export { COPY_TABLES } from './tables.ts';
