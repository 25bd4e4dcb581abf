export {
  type AskedForm,
  makeProofOfWork,
  type ProofOfWork,
  type Question,
  sayUnproven,
  type Verdict,
  wasAsked,
} from './proof-of-work.ts';
export { PROOF_TABLES } from './tables.ts';
