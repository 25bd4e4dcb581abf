import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from './http.ts';
import type { Plan, Report } from './plan.ts';
import { Tally } from './tally.ts';

/** Connections that ask one after the other; wanted are answers below 400. */
export async function askAsFastAsAnswered(plan: Plan & { is: 'requests' }): Promise<Report> {
  const next = inTurn(plan.requests);
  const connections = await Promise.all(
    Array.from({ length: plan.connections }, () => Connection.open(plan.port)),
  );
  const tally = new Tally(plan.seconds, plan.warm);
  await Promise.all(
    connections.map(async (connection) => {
      while (!tally.isOver) {
        const began = performance.now();
        const { status } = await connection.send(next());
        tally.add(status, began, status < 400);
      }
      connection.close();
    }),
  );
  return tally.report();
}

/** Requests at a fixed rate; wanted are all answers, each counted from when its request was due. */
export async function askAtRate(plan: Plan & { is: 'arriving-requests' }): Promise<Report> {
  const next = inTurn(plan.requests);
  const idle = await Promise.all(Array.from({ length: plan.most }, () => Connection.open(plan.port)));
  const tally = new Tally(plan.seconds, plan.warm);
  const waiting: number[] = [];
  const ask = async (connection: Connection, due: number): Promise<void> => {
    try {
      const { status } = await connection.send(next());
      tally.add(status, due);
      const late = waiting.shift();
      if (late === undefined) idle.push(connection);
      else await ask(connection, late);
    } catch {
      tally.add('broken', due);
      idle.push(await Connection.open(plan.port));
    }
  };
  await atRate(plan.perSecond, tally, (due) => {
    const connection = idle.pop();
    if (connection === undefined) waiting.push(due);
    else void ask(connection, due);
  });
  return tally.report();
}

/** Calls at a fixed rate until the tally is over, whatever becomes of the calls. */
export async function atRate(perSecond: number, tally: Tally, call: (due: number) => void): Promise<void> {
  const began = performance.now();
  let called = 0;
  while (!tally.isOver) {
    const owed = Math.floor(((performance.now() - began) / 1000) * perSecond);
    for (; called < owed; called++) call(began + ((called + 1) / perSecond) * 1000);
    await sleep(1);
  }
}

/** The items one after the other, and again from the first. */
export function inTurn<T>(items: readonly T[]): () => T {
  let at = 0;
  return () => {
    const item = items[at++ % items.length];
    if (item === undefined) throw new Error('nothing to take');
    return item;
  };
}
