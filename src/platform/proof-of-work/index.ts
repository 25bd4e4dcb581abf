export {
  type AskedForm,
  makeProofOfWork,
  type ProofOfWork,
  type Question,
  sayUnproven,
  type Verdict,
} from './proof-of-work.ts';
