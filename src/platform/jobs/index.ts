export { addJob, migrateJobs, startWorkers } from './jobs.ts';
export type { Worker } from './supervise.ts';
