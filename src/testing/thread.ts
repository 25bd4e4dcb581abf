import { threadId } from 'node:worker_threads';
import { serveThread } from '../platform/threads/index.ts';

// What the threads of threads.test.ts run.
export type Sum = { readonly add: readonly number[]; readonly thenEnd?: boolean; readonly forEver?: boolean };
export type Said = { readonly sum: number; readonly thread: number };

serveThread(({ add, thenEnd = false, forEver = false }: Sum): Said => {
  if (add.length === 0) throw new Error('nothing to add');
  while (forEver);
  if (thenEnd) process.exit();
  return { sum: add.reduce((sum, each) => sum + each), thread: threadId };
});
