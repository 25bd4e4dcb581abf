import { setTimeout as sleep } from 'node:timers/promises';
import { Visitor } from './visitor.ts';

const STEP = 30_000;
const PAUSE = 500;

/** How the owner of an account fared, on devices that it knows. */
export type Fared = {
  /** How long each sign-in took. */
  readonly milliseconds: readonly number[];
  /** With password and code; the others were on a remembered device, with the password alone. */
  readonly inTwoSteps: number;
  /** What became of those that did not succeed at the first try. */
  readonly refused: readonly number[];
};

/** The owner of the nth account, who has a telephone that is remembered and a computer that is not. */
export class Owner {
  readonly #n: number;
  readonly #telephone: Visitor;
  readonly #computer: Visitor;
  /** The time step of the last code: each is right once. */
  #step: number;

  private constructor(n: number, telephone: Visitor, computer: Visitor, step: number) {
    this.#n = n;
    this.#telephone = telephone;
    this.#computer = computer;
    this.#step = step;
  }

  /** Signs in on both once, so that they are known. */
  static async come(port: number, n: number, address?: string): Promise<Owner> {
    const from = { device: null, ...(address === undefined ? {} : { address }) };
    const [telephone, computer] = [await Visitor.come(port, from), await Visitor.come(port, from)];
    const step = stepNow();
    const outcomes = [
      await telephone.signIn(n, { remember: true }),
      // A code of the app's next step is right already (RFC 6238 §6), and no second one of this step is.
      await computer.signIn(n, { ahead: STEP }),
    ];
    for (const { is } of outcomes) if (is !== 'signed-in') throw new Error(`the owner is ${is}`);
    return new Owner(n, telephone, computer, step + 1);
  }

  /** Signs in again and again: on the computer whenever the app has a new code, else on the telephone. */
  async signInFor(seconds: number): Promise<Fared> {
    const end = performance.now() + seconds * 1000;
    const milliseconds: number[] = [];
    const refused: number[] = [];
    let inTwoSteps = 0;
    while (performance.now() < end) {
      const hasNewCode = stepNow() > this.#step;
      const began = performance.now();
      const outcome = await (hasNewCode ? this.#computer.signIn(this.#n) : this.#telephone.password(this.#n));
      const took = performance.now() - began;
      if (hasNewCode) this.#step = stepNow();
      if (outcome.is === 'signed-in') {
        milliseconds.push(took);
        if (hasNewCode) inTwoSteps += 1;
      } else refused.push(outcome.is === 'refused' ? outcome.status : 0);
      await sleep(PAUSE);
    }
    return { milliseconds, inTwoSteps, refused };
  }

  leave(): void {
    this.#telephone.leave();
    this.#computer.leave();
  }
}

const stepNow = () => Math.floor(Date.now() / STEP);
