import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, Report } from './plan.ts';
import { Tally } from './tally.ts';
import { Visitor } from './visitor.ts';

/** How many come at a time, so that none finds the line of the listening socket full. */
const ARRIVING = 50;

/**
 * Guesses at one account from many addresses (RFC 2544's, which are nobody's), each on a connection of its own. An
 * address that is asked for a proof of work waits instead, which costs it nothing: it keeps sending what it was told to
 * send after the wait, so that one guess gets through as soon as one can.
 */
export async function guessFromEverywhere(plan: Plan & { is: 'guesses' }): Promise<Report> {
  const visitors: Visitor[] = [];
  while (visitors.length < plan.addresses) {
    const coming = Array.from({ length: Math.min(ARRIVING, plan.addresses - visitors.length) }, (_, n) =>
      Visitor.come(plan.port, { device: null, address: addressOf(visitors.length + n) }),
    );
    visitors.push(...(await Promise.all(coming)));
  }
  const tally = new Tally(plan.seconds, plan.warm);
  let guesses = 0;
  await Promise.all(
    visitors.map(async (visitor) => {
      let ticket = '';
      while (!tally.isOver) {
        const began = performance.now();
        const form = { identifier: plan.identifier, password: `a guess, number ${++guesses}` };
        const sent = ticket === '' ? form : { ...form, proofWait: ticket };
        const { status, body } = await visitor.post('/sign-in', sent, { keepBody: true });
        ticket = /name="proofWait" value="([^"]+)"/.exec(body)?.[1] ?? ticket;
        tally.add(status, began);
        if (plan.pause > 0) await sleep(plan.pause);
      }
      visitor.leave();
    }),
  );
  return tally.report();
}

const addressOf = (n: number) => `198.18.${n >> 8}.${n & 255}`;
