import { randomInt } from 'node:crypto';
import { createChallenge, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import { z } from 'zod';
import { type Clock, HOUR, MINUTE } from '../clock/index.ts';
import type { Vault } from '../crypto/index.ts';
import type { Database } from '../database/index.ts';
import type { Words } from '../i18n/index.ts';
import * as store from './store.ts';

/** The form that a question is for, and the network that it was asked from or sent from. */
export type AskedForm = { readonly purpose: string; readonly network: string };

/** What a form asks before it is accepted: work, which the browser does by itself, or else a wait. */
export type Question = {
  /** An ALTCHA challenge as JSON. */
  readonly challenge: string;
  /** The most keys that a browser has to derive for it. */
  readonly work: number;
  /** Says since when the person waits. */
  readonly ticket: string;
  /** How long whoever cannot do the work still has to wait. */
  readonly waitSeconds: number;
};

export type Verdict =
  | { readonly is: 'proven' }
  /** Neither worked nor waited; the same form is asked again. */
  | { readonly is: 'unproven'; readonly question: Question }
  /** Did no work, and has waited, but not to the end; the wait goes on. */
  | { readonly is: 'early'; readonly question: Question };

/** Keeps programs from sending a form by the thousand, with no puzzle for people (WCAG 3.3.8). */
export type ProofOfWork = {
  /** @param sent the body of the form that was sent last: a wait that it began goes on */
  ask(form: AskedForm, sent?: unknown): Promise<Question>;
  /** Whether a form may be accepted. Each solution admits once, and each network once in the time of a wait. */
  verify(form: AskedForm, sent: unknown): Promise<Verdict>;
  removeOld(): Promise<void>;
};

export type ProofNumbers = {
  /** How long a solution is accepted. */
  readonly minutes: number;
  readonly waitSeconds: number;
  /** The most keys that a browser has to derive. */
  readonly work: number;
};

export type ProofParts = {
  readonly database: Database;
  readonly vault: Pick<Vault, 'blindIndex' | 'isBlindIndex'>;
  readonly clock: Clock;
  readonly numbers: ProofNumbers;
};

const ALGORITHM = 'PBKDF2/SHA-256';
/** Iterations for one key: enough that deriving, and not the browser's own trouble with it, is most of the work. */
const ITERATIONS = 10_000;
const KEY_BYTES = 32;
/** A wait that began longer ago counts for nothing. */
const LONGEST_WAIT = HOUR;
const LONGEST_FIELD = 2_000;

const field = z.string().max(LONGEST_FIELD).optional().catch(undefined);
const Sent = z.object({ proof: field, proofWait: field }).catch({ proof: undefined, proofWait: undefined });

/** The payload that ALTCHA's widget would send, with a challenge such as we make and no other. */
const Solved = z.strictObject({
  challenge: z.strictObject({
    parameters: z.strictObject({
      algorithm: z.literal(ALGORITHM),
      cost: z.literal(ITERATIONS),
      data: z.strictObject({ purpose: z.string(), until: z.int() }),
      keyLength: z.literal(KEY_BYTES),
      keyPrefix: z.string(),
      keySignature: z.string(),
      nonce: z.string().regex(/^[0-9a-f]{32}$/),
      salt: z.string(),
    }),
    signature: z.string(),
  }),
  solution: z.object({ counter: z.number(), derivedKey: z.string() }),
});

/** Whether a sent form had a question in it. */
export const wasAsked = (sent: unknown): boolean => Sent.parse(sent).proofWait !== undefined;

export function makeProofOfWork({ database, vault, clock, numbers }: ProofParts): ProofOfWork {
  const secret = (name: string) => vault.blindIndex('proof-of-work', name).toString('base64url');
  const hmacSignatureSecret = secret('challenge');
  const hmacKeySignatureSecret = secret('key');
  const now = () => clock.now().getTime();

  async function challenge(purpose: string): Promise<string> {
    const made = await createChallenge({
      algorithm: ALGORITHM,
      cost: ITERATIONS,
      keyLength: KEY_BYTES,
      // Chosen here, so that nobody has bad luck, and what comes back is checked without deriving anything.
      counter: randomInt(Math.floor(numbers.work / 2), numbers.work),
      deriveKey,
      // Not ALTCHA's own expiry, which looks at the machine's clock.
      data: { purpose, until: now() + numbers.minutes * MINUTE },
      hmacSignatureSecret,
      hmacKeySignatureSecret,
    });
    return JSON.stringify(made);
  }

  async function isSolved(purpose: string, proof: string): Promise<boolean> {
    const read = Solved.safeParse(fromBase64(proof));
    if (!read.success) return false;
    const { challenge, solution } = read.data;
    const { data, nonce } = challenge.parameters;
    if (data.purpose !== purpose || data.until <= now()) return false;
    const { verified } = await verifySolution({
      challenge,
      solution,
      deriveKey,
      hmacSignatureSecret,
      hmacKeySignatureSecret,
    });
    return verified && store.spend(database, Buffer.from(nonce, 'hex'), new Date(data.until));
  }

  const signed = ({ purpose, network }: AskedForm, since: number) =>
    ['proof-of-work-ticket', `${purpose}\0${network}\0${since}`] as const;

  const newTicket = (form: AskedForm) => {
    const since = now();
    return `${since}.${vault.blindIndex(...signed(form, since)).toString('base64url')}`;
  };

  /** Since when the holder of a ticket waits; null when it is not of this form and network, or too old. */
  function waitingSince(form: AskedForm, ticket: string): number | null {
    const [time = '', signature = ''] = ticket.split('.');
    const since = Number(time);
    if (!vault.isBlindIndex(Buffer.from(signature, 'base64url'), ...signed(form, since))) return null;
    return since + LONGEST_WAIT > now() ? since : null;
  }

  const secondsLeft = (since: number) => Math.max(0, Math.ceil((since - now()) / 1000) + numbers.waitSeconds);

  async function question(form: AskedForm, ticket: string, waitSeconds: number): Promise<Question> {
    return { challenge: await challenge(form.purpose), work: numbers.work, ticket, waitSeconds };
  }

  const newQuestion = (form: AskedForm) => question(form, newTicket(form), numbers.waitSeconds);

  return {
    ask: async (form, sent) => {
      const { proofWait = '' } = Sent.parse(sent);
      const since = waitingSince(form, proofWait);
      return since === null ? newQuestion(form) : question(form, proofWait, secondsLeft(since));
    },

    verify: async (form, sent) => {
      const { proof = '', proofWait = '' } = Sent.parse(sent);
      if (await isSolved(form.purpose, proof)) return { is: 'proven' };
      const since = waitingSince(form, proofWait);
      if (since === null) return { is: 'unproven', question: await newQuestion(form) };
      const left = secondsLeft(since);
      if (left > 0) {
        const is = proof === '' ? 'early' : 'unproven';
        return { is, question: await question(form, proofWait, left) };
      }
      const subject = vault.blindIndex('proof-of-work-wait', `${form.purpose}\0${form.network}`);
      // A wait that began before the last one ended would let in many who all waited at the same time.
      const ended = await store.endWait(database, { subject, since: new Date(since), now: clock.now() });
      return ended ? { is: 'proven' } : { is: 'unproven', question: await newQuestion(form) };
    },

    removeOld: async () => {
      await store.removeSpent(database, clock.now());
      await store.removeWaits(database, new Date(now() - LONGEST_WAIT));
    },
  };
}

/** What a form that was not accepted says on top; its question stands at the field `proof`. */
export function sayUnproven({ is, question }: Exclude<Verdict, { is: 'proven' }>, words: Words): string {
  return is === 'early'
    ? words.t('proof.early', { time: words.duration(question.waitSeconds) })
    : words.t('proof.needed');
}

function fromBase64(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return undefined;
  }
}
