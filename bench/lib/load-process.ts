// A process that carries out one plan, reports, and ends.

import { guessFromEverywhere } from './load-guesses.ts';
import { hashAll } from './load-hashes.ts';
import { askAsFastAsAnswered, askAtRate } from './load-requests.ts';
import { visitAsFastAsAnswered, visitAtRate, visitWithPasskeys } from './load-visitors.ts';
import type { Plan, Report } from './plan.ts';

function carryOut(plan: Plan): Promise<Report> {
  switch (plan.is) {
    case 'hashes':
      return hashAll(plan);
    case 'visitors':
      return visitAsFastAsAnswered(plan);
    case 'passkeys':
      return visitWithPasskeys(plan);
    case 'guesses':
      return guessFromEverywhere(plan);
    case 'arriving-visitors':
      return visitAtRate(plan);
    case 'requests':
      return askAsFastAsAnswered(plan);
    case 'arriving-requests':
      return askAtRate(plan);
  }
}

process.once('disconnect', () => process.exit(1));
process.once('message', (plan: Plan) => {
  carryOut(plan).then(
    (report) => process.send?.(report, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
