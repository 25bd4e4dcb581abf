export { addJob, migrateJobs, startWorker, type Worker } from './jobs.ts';
