import { describe, expect, it } from 'vitest';
import { asAccountId } from '../../identity/core/accounts/index.ts';
import { readPolicy } from '../../identity/index.ts';
import { tokenHash } from '../../platform/crypto/index.ts';
import { type Claims, makeClaims } from '../../records/claims/index.ts';
import { testApp } from '../../testing/app.ts';
import { signIn, signUp } from '../../testing/people.ts';
import { claim } from './claim.ts';

const app = await testApp({ people: true });
const { database, vault, clock } = app;
const claims = makeClaims({ database, vault, clock });
const policy = readPolicy({ profile: 'standard' });
const CHANGE = '/account/person/change';
const NOTICE = { receipt: 'ARC2690005521', accessCode: 'K7Q2-M9XD-4T6B' };
const RIGHT = {
  fullName: 'Wulandari',
  'born-day': '29',
  'born-month': '8',
  'born-year': '1993',
  birthCountry: 'ID',
};

/** Somebody whose answers are those of the notice. */
async function owner() {
  const { visit } = await signIn(app, await signUp(app));
  const correct = (fullName: string) => visit.post(CHANGE, { ...RIGHT, fullName }, '/account');
  await correct('Wulandari');
  const { account_id } = await database
    .selectFrom('session')
    .select('account_id')
    .where('token_hash', '=', tokenHash(visit.cookies.get('__Host-portico-session') ?? ''))
    .executeTakeFirstOrThrow();
  return { visit, correct, accountId: asAccountId.parse(account_id) };
}
const claimBy = (claimCase: Claims['claimCase'], accountId: Awaited<ReturnType<typeof owner>>['accountId']) =>
  claim({ database, vault, clock, policy, claims: { claimCase } }, { accountId }, NOTICE);

describe('a claim at the very moment in which its answers are corrected', () => {
  it('finds nothing by answers that were corrected before it was through (ASVS 2.3.3)', async () => {
    const { accountId, correct } = await owner();
    const result = await claimBy(async (...given) => {
      expect((await correct('Somebody Else')).headers.location).toBe('/account/person?done');
      return claims.claimCase(...given);
    }, accountId);
    expect(result).toEqual({ is: 'no-match' });
    const links = database.selectFrom('case_link').select('receipt').where('account_id', '=', accountId);
    expect(await links.execute()).toEqual([]);
  });

  it('comes first where it came first: the correction waits, and is refused (ASVS 2.3.3)', async () => {
    const { accountId, correct, visit } = await owner();
    let correcting: ReturnType<typeof correct> | undefined;
    const result = await claimBy(async (...given) => {
      const linked = await claims.claimCase(...given);
      correcting = correct('Somebody Else');
      return linked;
    }, accountId);
    expect(result).toEqual({ is: 'linked', receipt: NOTICE.receipt, others: 0 });
    expect((await correcting)?.headers.location).toBe('/account/person');
    expect((await visit.get('/account/person')).body).toContain('Wulandari');
  });
});
