export { serveThread } from './serve.ts';
export { makeThreads, type Threads, ThreadsBusy, type ThreadsOptions, WorkFailed } from './threads.ts';
