import { atRate, inTurn } from './load-requests.ts';
import { opened } from './passkey.ts';
import type { Accounts, Plan, Report } from './plan.ts';
import { Tally } from './tally.ts';
import { Visitor } from './visitor.ts';

/** Visitors who sign in one after the other, each to another account. */
export async function visitAsFastAsAnswered(plan: Plan & { is: 'visitors' }): Promise<Report> {
  const next = accountsInTurn(plan.accounts);
  const visitors = await Promise.all(
    Array.from({ length: plan.visitors }, () => Visitor.come(plan.port, plan.accounts)),
  );
  const tally = new Tally(plan.seconds, plan.warm);
  const count = plan.count ?? Number.POSITIVE_INFINITY;
  await Promise.all(
    visitors.map(async (visitor) => {
      while (!tally.isOver && tally.done < count) {
        const began = performance.now();
        const outcome = await (plan.step === 'both' ? visitor.signIn(next()) : visitor.password(next()));
        if (outcome.is === 'refused') tally.add(outcome.status, began, false);
        else tally.add(303, began);
      }
      visitor.leave();
    }),
  );
  return tally.report(plan.count !== undefined);
}

/** Visitors who sign in one after the other by passkeys alone. */
export async function visitWithPasskeys(plan: Plan & { is: 'passkeys' }): Promise<Report> {
  const passkeys = plan.passkeys.map(opened);
  const visitors = await Promise.all(
    Array.from({ length: plan.visitors }, () => Visitor.come(plan.port, plan)),
  );
  const tally = new Tally(plan.seconds, plan.warm);
  await Promise.all(
    visitors.map(async (visitor, n) => {
      const next = inTurn(passkeys.filter((_, at) => at % plan.visitors === n));
      while (!tally.isOver) {
        const began = performance.now();
        const outcome = await visitor.passkey(next());
        if (outcome.is === 'signed-in') tally.add(303, began);
        else tally.add(outcome.status, began, false);
      }
      visitor.leave();
    }),
  );
  return tally.report();
}

/** People who arrive at a fixed rate; whoever finds every connection taken is counted as `unserved`. */
export async function visitAtRate(plan: Plan & { is: 'arriving-visitors' }): Promise<Report> {
  const next = accountsInTurn(plan.accounts);
  const idle: Visitor[] = [];
  for (let n = 0; n < plan.most; n++) idle.push(await Visitor.come(plan.port, plan.accounts));
  const tally = new Tally(plan.seconds, plan.warm);
  const visit = async (visitor: Visitor, due: number): Promise<void> => {
    try {
      const outcome = await visitor.signIn(next());
      if (outcome.is === 'refused') tally.add(outcome.status, due, false);
      else tally.add(303, due);
      idle.push(visitor);
    } catch {
      tally.add('broken', due, false);
    }
  };
  await atRate(plan.perSecond, tally, (due) => {
    const visitor = idle.pop();
    if (visitor === undefined) tally.add('unserved', due, false);
    else void visit(visitor, due);
  });
  return tally.report();
}

function accountsInTurn({ from, to, first }: Accounts): () => number {
  let at = first - from;
  return () => from + (at++ % (to - from));
}
