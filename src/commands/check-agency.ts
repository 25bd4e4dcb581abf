import { systemClock } from '../platform/clock/index.ts';
import { NOT_RUN, runCheck } from './check-agency/check.ts';

try {
  process.exitCode = await runCheck(process.argv.slice(2), {
    out: (line) => console.log(line),
    err: (line) => console.error(line),
    clock: systemClock,
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = NOT_RUN;
}
