import type { Payload } from 'altcha-lib/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { asPayload, solve } from '../../testing/proof.ts';
import { newKeyRing, openVault } from '../crypto/index.ts';
import { makeProofOfWork, type Question, type Verdict } from './index.ts';

const test = await freshDatabase();
const { database, clock } = test;
// Little work: what is tested does not depend on how much it is.
const numbers = { minutes: 5, waitSeconds: 30, work: 4 };
const proofOfWork = makeProofOfWork({ ...test, numbers });
const others = makeProofOfWork({ ...test, vault: openVault(newKeyRing()), numbers });

let networks = 0;
/** A form asked from a network that nobody used before. */
const newForm = (purpose = 'knock') => ({ purpose, network: `network ${++networks}` });
const form = newForm();
const solved = async (asked = form) => ({ proof: await solve((await proofOfWork.ask(asked)).challenge) });
const payloadOf = (proof: string): Payload => JSON.parse(Buffer.from(proof, 'base64').toString());
const waitOf = ({ ticket }: Question) => ({ proof: '', proofWait: ticket });
const is = async (asked: typeof form, sent: unknown) => (await proofOfWork.verify(asked, sent)).is;
const twenty = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: 20 }, make));
const questionOf = (verdict: Verdict) => {
  if (verdict.is === 'proven') throw new Error('nothing was asked');
  return verdict.question;
};

describe('work', () => {
  it('once done is accepted once', async () => {
    const sent = await solved();
    expect(await is(form, sent)).toBe('proven');
    expect(await is(form, sent)).toBe('unproven');
  });

  it('is accepted once also of twenty who send the same at the same moment (ASVS 2.4.1)', async () => {
    const sent = await solved();
    const verdicts = await twenty(() => is(form, sent));
    expect(verdicts.filter((verdict) => verdict === 'proven')).toHaveLength(1);
  });

  it('is accepted for five minutes from when it was asked', async () => {
    const [early, late] = [await solved(), await solved()];
    clock.advance(5 * 60 - 1);
    expect(await is(form, early)).toBe('proven');
    clock.advance(1);
    expect(await is(form, late)).toBe('unproven');
  });

  it('is accepted only for the form that asked, from whichever network', async () => {
    const sent = await solved();
    expect(await is({ ...form, purpose: 'open' }, sent)).toBe('unproven');
    expect(await is(newForm(), sent)).toBe('proven');
  });

  it('is accepted only under the key ring that asked', async () => {
    const { challenge } = await others.ask(form);
    expect(await is(form, { proof: await solve(challenge) })).toBe('unproven');
  });

  it('has as many keys to derive as the policy says, at least half of them', async () => {
    for (let n = 0; n < 10; n++) {
      const { solution } = payloadOf((await solved()).proof);
      expect(solution.counter).toBeGreaterThanOrEqual(2);
      expect(solution.counter).toBeLessThan(4);
    }
  });

  it('is not accepted when anything that was signed is changed', async () => {
    const { challenge, solution } = payloadOf((await solved()).proof);
    const { parameters } = challenge;
    const changed: unknown[] = [
      { ...challenge, signature: undefined },
      { ...challenge, signature: '' },
      { ...challenge, signature: challenge.signature?.replace(/.$/, (end) => (end === '0' ? '1' : '0')) },
      { ...challenge, parameters: { ...parameters, keySignature: undefined } },
      { ...challenge, parameters: { ...parameters, keyPrefix: '00' } },
      { ...challenge, parameters: { ...parameters, cost: 1 } },
      { ...challenge, parameters: { ...parameters, algorithm: 'SHA-256' } },
      { ...challenge, parameters: { ...parameters, data: { ...parameters.data, until: 9e15 } } },
      { ...challenge, parameters: { ...parameters, nonce: '0'.repeat(32) } },
      { ...challenge, parameters: { ...parameters, nonce: `${parameters.nonce}00` } },
      { ...challenge, parameters: { ...parameters, expiresAt: 1 } },
    ];
    for (const each of changed)
      expect([each, await is(form, { proof: asPayload({ challenge: each, solution }) })]).toEqual([
        each,
        'unproven',
      ]);
    // None of them has used the honest one up.
    expect(await is(form, { proof: asPayload({ challenge, solution }) })).toBe('proven');
  });

  it('is not accepted without the key that the work gives', async () => {
    const { challenge, solution } = payloadOf((await solved()).proof);
    const { keyPrefix } = challenge.parameters;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.constantFrom('', keyPrefix, `${keyPrefix}${'0'.repeat(32)}`, solution.derivedKey.toUpperCase()),
          fc.stringMatching(/^[0-9a-f]{64}$/),
        ),
        fc.oneof(fc.constant(solution.counter), fc.double()),
        async (derivedKey, counter) => {
          const proof = asPayload({ challenge, solution: { counter, derivedKey } });
          expect(await is(form, { proof })).toBe('unproven');
        },
      ),
    );
  });

  it('is judged without a failure, whatever is sent', async () => {
    const anything = fc.oneof(
      fc.anything(),
      fc.record({ proof: fc.anything(), proofWait: fc.anything() }),
      fc.record({ proof: fc.json().map((json) => Buffer.from(json).toString('base64')) }),
      fc.record({ proof: fc.string(), proofWait: fc.string() }),
      fc.record({ proofWait: fc.tuple(fc.integer(), fc.base64String()).map((parts) => parts.join('.')) }),
    );
    await fc.assert(
      fc.asyncProperty(anything, async (sent) => {
        expect(await is(form, sent)).toBe('unproven');
      }),
    );
  });

  it('leaves nothing behind once it has expired', async () => {
    const sent = await solved();
    expect(await is(form, sent)).toBe('proven');
    const count = async () => (await database.selectFrom('spent_proof').selectAll().execute()).length;
    await proofOfWork.removeOld();
    expect(await count()).toBeGreaterThan(0);
    expect(await is(form, sent)).toBe('unproven');
    clock.advance(5 * 60 + 1);
    await proofOfWork.removeOld();
    expect(await count()).toBe(0);
  });
});

describe('who cannot do the work', () => {
  it('waits half a minute instead, once', async () => {
    const here = newForm();
    const sent = waitOf(await proofOfWork.ask(here));
    clock.advance(29);
    expect(await is(here, sent)).toBe('early');
    clock.advance(1);
    expect(await is(here, sent)).toBe('proven');
    expect(await is(here, sent)).toBe('unproven');
    clock.advance(30);
    expect(await is(here, sent)).toBe('unproven');
  });

  it('is told how long is left, and does not begin anew by being early or mistaken', async () => {
    const here = newForm();
    const first = await proofOfWork.ask(here);
    expect(first.waitSeconds).toBe(30);
    clock.advance(10);
    const early = questionOf(await proofOfWork.verify(here, waitOf(first)));
    expect(early).toMatchObject({ ticket: first.ticket, waitSeconds: 20 });
    clock.advance(5);
    const mistaken = await proofOfWork.ask(here, waitOf(early));
    expect(mistaken).toMatchObject({ ticket: first.ticket, waitSeconds: 15 });
    clock.advance(15);
    expect(await proofOfWork.ask(here, waitOf(mistaken))).toMatchObject({ waitSeconds: 0 });
    expect(await is(here, waitOf(mistaken))).toBe('proven');
  });

  it('is not called early when the browser did send work', async () => {
    const here = newForm();
    const { ticket } = await proofOfWork.ask(here);
    const verdict = await proofOfWork.verify(here, { proof: 'wrong', proofWait: ticket });
    expect(verdict).toMatchObject({ is: 'unproven', question: { ticket } });
  });

  it('is let in once of twenty who send the same at the same moment', async () => {
    const here = newForm();
    const sent = waitOf(await proofOfWork.ask(here));
    clock.advance(30);
    const verdicts = await twenty(() => is(here, sent));
    expect(verdicts.filter((verdict) => verdict === 'proven')).toHaveLength(1);
  });

  it('gains nothing by waiting twenty times at once', async () => {
    const here = newForm();
    const sent: Array<{ proofWait: string }> = [];
    for (let n = 0; n < 20; n++) {
      sent.push(waitOf(await proofOfWork.ask(here)));
      clock.advance(1);
    }
    clock.advance(30);
    const verdicts = await Promise.all(sent.map((each) => is(here, each)));
    expect(verdicts.filter((verdict) => verdict === 'proven')).toHaveLength(1);
    expect(await is({ ...here, network: 'elsewhere' }, sent[0])).toBe('unproven');
    expect(await is({ ...here, purpose: 'open' }, sent[0])).toBe('unproven');
  });

  it('has waited for nothing after an hour, also once the row is gone', async () => {
    const here = newForm();
    const sent = waitOf(await proofOfWork.ask(here));
    clock.advance(30);
    expect(await is(here, sent)).toBe('proven');
    clock.advance(3600 - 30);
    await proofOfWork.removeOld();
    expect(await is(here, sent)).toBe('unproven');
    clock.advance(31);
    await proofOfWork.removeOld();
    expect(await database.selectFrom('proof_wait').selectAll().execute()).toEqual([]);
    expect(await is(here, sent)).toBe('unproven');
  });

  it('is let in at most once in any half minute, whatever a network does (ASVS 2.4.1)', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('ask' as const) }) },
      { weight: 5, arbitrary: fc.record({ do: fc.constant('send' as const), which: fc.nat(9) }) },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('wait' as const),
          seconds: fc.constantFrom(1, 10, 15, 29, 30),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('clean' as const) }) },
    );
    let admittedInAll = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const here = newForm();
        const tickets: string[] = [];
        let admittedAt = Number.NEGATIVE_INFINITY;
        for (const each of steps) {
          if (each.do === 'ask') tickets.push((await proofOfWork.ask(here)).ticket);
          if (each.do === 'wait') clock.advance(each.seconds);
          if (each.do === 'clean') await proofOfWork.removeOld();
          if (each.do !== 'send') continue;
          const verdict = await proofOfWork.verify(here, { proofWait: tickets[each.which] });
          if (verdict.is !== 'proven') continue;
          admittedInAll += 1;
          const now = clock.now().getTime();
          expect(now - admittedAt).toBeGreaterThanOrEqual(30_000);
          admittedAt = now;
        }
      }),
      { numRuns: 100 },
    );
    expect(admittedInAll).toBeGreaterThan(10);
  });
});
