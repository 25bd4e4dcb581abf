import { fork } from 'node:child_process';
import { join } from 'node:path';
import { type Plan, Report } from './plan.ts';

/** Carries out a plan in a process of its own. */
export function load(plan: Plan): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'load-process.ts'));
    child.once('message', (message) => resolve(Report.parse(message)));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the load of ${plan.is} ended with ${code}`)));
    child.send(plan);
  });
}
