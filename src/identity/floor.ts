import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { inLanguage } from '../platform/agency/index.ts';
import type { ActivityLabel, ActivityLabels } from '../platform/audit/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import type { Config } from '../platform/config/index.ts';
import type { Floor } from '../platform/floor/index.ts';
import type { Foundation } from '../platform/foundation/index.ts';
import type { Hasher } from '../platform/hashing/index.ts';
import type { Mailer } from '../platform/messages/index.ts';
import type { PersonalData } from '../platform/tables/index.ts';
import { type AccountId, asAccountId } from './core/accounts/index.ts';
import { makeNotices } from './core/notices/index.ts';
import { makePhones } from './core/phones/index.ts';
import { noBreachedPasswords, openBreachedPasswords, passwordRules } from './credentials/passwords/index.ts';
import { ACTIVITY_LABELS, readPolicy, SECOND_STEPS } from './declared.ts';
import { recoveryMessages } from './entry/recovery/index.ts';
import { signUpMessages } from './entry/sign-up/index.ts';
import { type IdentityRoutes, identityRoutes } from './routes.ts';
import { type Identity, makeIdentity } from './rules.ts';
import { emailMessages } from './settings/emails/index.ts';
import { identityWork } from './work.ts';

export type IdentityFloor = Floor & { readonly identity: Identity };

/** Identity as a floor: its rules, made of where they stand, with their pages and what runs behind them. */
export async function identityFloor({
  config,
  foundation,
  hasher,
  clock,
  mailer,
  others,
  asides,
}: {
  readonly config: Config;
  readonly foundation: Foundation;
  readonly hasher: Hasher;
  readonly clock: Clock;
  readonly mailer: Mailer;
  /** The other floors, once all are there: what they keep about a person, and how their events are told. */
  readonly others: () => readonly Floor[];
} & Pick<IdentityRoutes, 'asides'>): Promise<IdentityFloor> {
  const { agency, languages, vault, database } = foundation;
  const policy = readPolicy(agency.policy);
  const breached =
    config.breachedPasswords === null
      ? noBreachedPasswords
      : await openBreachedPasswords(config.breachedPasswords);
  const ownWords = [...Object.values(agency.name), ...Object.values(agency.country), 'portico'];
  const phones = makePhones({ vault, clock, policy: policy.phones });
  const identity = await makeIdentity({
    database,
    vault,
    clock,
    hasher,
    policy,
    passwords: passwordRules(policy, ownWords, breached),
    phones,
    notices: makeNotices({ mailer, vault, clock, phones, policy, secondSteps: SECOND_STEPS }),
    messages: {
      signUp: signUpMessages(mailer, policy),
      emails: emailMessages(mailer, policy),
      recovery: recoveryMessages(mailer, policy),
      texts: mailer,
    },
    publicUrl: config.publicUrl,
    agencyIn: (language) => inLanguage(agency.name, language),
    timeZone: agency.timeZone,
    phoneCountry: agency.phoneCountry,
    offersSms: policy.allows.smsCodes && mailer.canSend('sms'),
    otherData: () => others().flatMap(({ personalData = [] }) => personalData),
    restsOnPerson: (accountId) => anyRestsOn(others(), accountId),
    shutOthers: async (transaction, accountId) => {
      for (const { shut } of others()) await shut?.(transaction, accountId);
    },
    unread: (accountId) => unreadIn(others(), accountId),
  });
  return {
    identity,
    pages: (server) => {
      const labels = [ACTIVITY_LABELS, ...others().map(({ activity = {} }) => activity)];
      const activityLabels: ActivityLabels = Object.fromEntries(
        labels.flatMap(Object.entries<ActivityLabel>),
      );
      const otherLinks = others().flatMap(({ accountLinks = [] }) => accountLinks);
      identityRoutes(server, { identity, agency, languages, asides, activityLabels, otherLinks });
    },
    personalData: identity.ownData.map(asOfAnyFloor),
    activity: ACTIVITY_LABELS,
    links: [
      { href: '/sign-in', word: 'sign-in.title', visitors: ['stranger'], place: 10 },
      { href: '/account', word: 'account.nav', visitors: ['signed-in'], place: 80 },
    ],
    ...identityWork(identity),
    close: async () => breached.close(),
  };
}

const anyRestsOn = (floors: readonly Floor[], accountId: RawBuilder<unknown>): RawBuilder<SqlBool> => {
  const conditions = floors.flatMap(({ restsOnPerson }) => restsOnPerson?.(accountId) ?? []);
  return sql<SqlBool>`(${sql.join([sql`false`, ...conditions], sql` or `)})`;
};

const unreadIn = (floors: readonly Floor[], accountId: RawBuilder<unknown>): RawBuilder<number> => {
  const counts = floors.flatMap(({ unread }) => unread?.(accountId) ?? []);
  return sql<number>`(${sql.join([sql`0`, ...counts], sql` + `)})`;
};

/** What this floor keeps about a person, for who knows accounts by their ids alone. */
const asOfAnyFloor = ({ name, read, erase }: PersonalData<AccountId>): PersonalData => ({
  name,
  ...(read === undefined
    ? {}
    : { read: ({ accountId, key }) => read({ accountId: asAccountId.parse(accountId), key }) }),
  ...(erase === undefined
    ? {}
    : { erase: (transaction, accountId) => erase(transaction, asAccountId.parse(accountId)) }),
});
