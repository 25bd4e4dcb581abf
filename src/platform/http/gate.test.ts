import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeGate } from './gate.ts';

const newAnswer = () => new ServerResponse(new IncomingMessage(new Socket()));
const close = (answer: ServerResponse) => {
  answer.destroyed = true;
  answer.emit('close');
};
/** Until what was promised so far has been told. */
const settled = () => new Promise(setImmediate);

describe('a gate', () => {
  it('lets in so many, keeps some in line, and is full then', async () => {
    const gate = makeGate({ places: 2, line: 1 });
    const [first, second, third] = [newAnswer(), newAnswer(), newAnswer()];
    expect(await Promise.all([gate.enter(first), gate.enter(second)])).toEqual([true, true]);
    expect(gate.isFull()).toBe(false);
    const waiting = gate.enter(third);
    expect(gate.isFull()).toBe(true);
    close(first);
    expect(gate.isFull()).toBe(false);
    expect(await waiting).toBe(true);
  });

  it('keeps a place until what was begun is done, also when the person has gone', async () => {
    const gate = makeGate({ places: 1, line: 1 });
    const [gone, next] = [newAnswer(), newAnswer()];
    await gate.enter(gone);
    const work = Promise.withResolvers<void>();
    const during = gate.during(gone, () => work.promise);
    close(gone);
    let isInside = false;
    const waiting = gate.enter(next).then(() => {
      isInside = true;
    });
    await settled();
    expect(isInside).toBe(false);
    work.reject(new Error('it failed'));
    await expect(during).rejects.toThrow('it failed');
    await waiting;
    expect(isInside).toBe(true);
  });

  it('has no place for somebody who has gone before', async () => {
    const gate = makeGate({ places: 1, line: 0 });
    const gone = newAnswer();
    close(gone);
    expect(await gate.enter(gone)).toBe(false);
    expect(await gate.enter(newAnswer())).toBe(true);
  });

  it('has a line for known devices, which goes first and in which each stands once', async () => {
    const gate = makeGate({ places: 1, line: 2, known: { line: 2, deviceOf: () => null } });
    const inside = newAnswer();
    await gate.enter(inside);
    const order: string[] = [];
    const come = async (name: string, device: string | null) => {
      const answer = newAnswer();
      const entered = gate.enter(answer, device).then((isInside) => {
        if (isInside) order.push(name);
        close(answer);
      });
      return { answer, entered };
    };
    const waiting = [await come('stranger', null), await come('telephone', 'A')];
    // The same device again stands with the crowd, which is full then.
    waiting.push(await come('telephone again', 'A'));
    expect([gate.isFull(null), gate.isFull('A'), gate.isFull('B')]).toEqual([true, true, false]);
    waiting.push(await come('computer', 'B'));
    expect(gate.isFull('C')).toBe(true);
    close(inside);
    await Promise.all(waiting.map(({ entered }) => entered));
    expect(order).toEqual(['telephone', 'computer', 'stranger', 'telephone again']);
    // Whoever has left may come first again.
    const last = newAnswer();
    await gate.enter(last);
    await Promise.all([come('stranger', null), come('stranger', null)]);
    expect([gate.isFull(null), gate.isFull('A')]).toEqual([true, false]);
    close(last);
  });

  it('knows no device unless it is told how', async () => {
    const gate = makeGate({ places: 1, line: 0 });
    await gate.enter(newAnswer());
    expect(gate.isFull('A')).toBe(true);
  });

  it('never has more inside than places, and is empty when all have gone (ASVS 15.2.2)', async () => {
    const moves = fc.array(
      fc.record({
        who: fc.nat(9),
        device: fc.constantFrom(null, 'A', 'B'),
        what: fc.constantFrom('enter', 'work', 'done', 'close'),
      }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(moves, async (steps) => {
        const places = 3;
        const gate = makeGate({ places, line: 20, known: { line: 20, deviceOf: () => null } });
        const people = Array.from({ length: 10 }, () => ({
          answer: newAnswer(),
          came: false,
          isInside: false,
          works: [] as Array<PromiseWithResolvers<void>>,
        }));
        const begun: Array<Promise<unknown>> = [];
        for (const { who, device, what } of steps) {
          const person = people[who];
          if (person === undefined) continue;
          const { answer } = person;
          if (what === 'enter' && !person.came) {
            person.came = true;
            begun.push(
              gate.enter(answer, device).then((isInside) => {
                person.isInside = isInside;
              }),
            );
          } else if (what === 'work' && person.isInside && !answer.destroyed) {
            const work = Promise.withResolvers<void>();
            person.works.push(work);
            begun.push(gate.during(answer, () => work.promise));
          } else if (what === 'done') person.works.pop()?.resolve();
          else if (what === 'close' && !answer.destroyed) close(answer);
          await settled();
          const inside = people.filter(
            ({ answer, isInside, works }) => isInside && (!answer.destroyed || works.length > 0),
          );
          expect(inside.length).toBeLessThanOrEqual(places);
          const waiting = people.filter((one) => one.came && !one.isInside && !one.answer.destroyed);
          if (waiting.length > 0) expect(inside).toHaveLength(places);
        }
        for (const { answer, works } of people) {
          for (const work of works) work.resolve();
          if (!answer.destroyed) close(answer);
        }
        await Promise.all(begun);
        const fresh = Array.from({ length: places }, () => gate.enter(newAnswer()));
        expect(await Promise.all(fresh)).toEqual([true, true, true]);
      }),
      { numRuns: 200 },
    );
  });
});
