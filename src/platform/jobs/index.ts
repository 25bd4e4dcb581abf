export { addJob, migrateJobs, startWorkers } from './jobs.ts';
export { together, type Worker } from './supervise.ts';
