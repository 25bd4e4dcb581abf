import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './product.ts';

/**
 * A copy of the built-in agency that lets one address make any number of requests, sign-ups and ways back, as many
 * people's load needs.
 */
export function agencyWithoutRequestLimits(folder: string): string {
  cpSync(join(root, 'agencies/arcadia'), folder, { recursive: true });
  const file = join(folder, 'agency.json');
  const agency: { policy: object } = JSON.parse(readFileSync(file, 'utf8'));
  const requests = { signIn: 1e9, signUp: 1e9, recovery: 1e9, status: 1e9, claim: 1e9 };
  const load = { inAll: 1e9, fromNetwork: 1e9 };
  const loads = { signUpLoad: load, recoveryLoad: load };
  writeFileSync(file, JSON.stringify({ ...agency, policy: { ...agency.policy, requests, ...loads } }));
  return folder;
}
