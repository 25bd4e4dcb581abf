export { addJob, migrateJobs, releaseJobs, startWorker, type Worker } from './jobs.ts';
