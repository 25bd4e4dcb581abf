import type { Agency } from '../platform/agency/index.ts';
import type { ActivityLabels } from '../platform/audit/index.ts';
import type { AccountLink } from '../platform/floor/index.ts';
import type { PageScope } from '../platform/http/index.ts';
import type { Languages } from '../platform/i18n/index.ts';
import { appSettingsRoutes } from './credentials/authenticator-app/index.ts';
import { backupCodeRoutes, countBackupCodes } from './credentials/backup-codes/index.ts';
import type { Aside } from './credentials/factors/index.ts';
import { passkeyRoutes } from './credentials/passkeys/index.ts';
import { questionRoutes } from './credentials/security-questions/index.ts';
import { phoneRoutes } from './credentials/sms-codes/index.ts';
import { recoveryRoutes } from './entry/recovery/index.ts';
import { signInRoutes } from './entry/sign-in/index.ts';
import { signUpRoutes } from './entry/sign-up/index.ts';
import { stepUpRoutes } from './entry/step-up/index.ts';
import type { Identity } from './rules.ts';
import { alarmRoutes } from './session/alarm/index.ts';
import { sessionRoutes } from './session/sessions/index.ts';
import { accountRoutes } from './settings/account-settings/index.ts';
import { activityRoutes } from './settings/activity/index.ts';
import { closingRoutes } from './settings/closing/index.ts';
import { dataExportRoutes } from './settings/data-export/index.ts';
import { emailRoutes } from './settings/emails/index.ts';
import { passwordChangeRoutes } from './settings/password-change/index.ts';
import { personRoutes } from './settings/person/index.ts';
import { securityRoutes, type Way } from './settings/security/index.ts';

/** The parts of an account beside its names and language. */
const ACCOUNT_LINKS: readonly AccountLink[] = [
  { href: '/account/emails', title: 'account.emails', text: ({ t }) => t('account.emails-text') },
  { href: '/account/phones', title: 'phones.title', text: ({ t }) => t('account.phones-text') },
  { href: '/account/security', title: 'account.security', text: ({ t }) => t('account.security-text') },
  { href: '/account/data', title: 'account.data', text: ({ t }) => t('account.data-text') },
  { href: '/account/close', title: 'account.close', text: ({ t }) => t('account.close-text') },
];

export type IdentityRoutes = {
  readonly identity: Identity;
  readonly agency: Agency;
  readonly languages: Languages;
  /** How the events of all floors are told in the activity. */
  readonly activityLabels: ActivityLabels;
  /** The parts of an account that other floors look after. */
  readonly otherLinks: readonly AccountLink[];
  /** What a demonstration shows beside a page. */
  readonly asides: {
    readonly signIn?: Aside;
    readonly code?: Aside;
    readonly email?: Aside;
    readonly emailCode?: Aside;
    readonly app?: Aside;
    readonly hold?: Aside;
  };
};

/** Every page of identity. Those of sessions come first: they know who is there, and turn away who may not be. */
export function identityRoutes(
  server: PageScope,
  { identity, agency, languages, activityLabels, otherLinks, asides }: IdentityRoutes,
): void {
  const { offersSms } = identity;
  const { phoneCountry: country } = agency;
  sessionRoutes(server, identity);
  signInRoutes(server, { ...identity, asides });
  stepUpRoutes(server, { ...identity, aside: asides.code });
  signUpRoutes(server, { ...identity, asides });
  recoveryRoutes(server, { ...identity, asides });
  passkeyRoutes(server, { ...identity });
  backupCodeRoutes(server, { ...identity, agency, offersPhones: offersSms });
  accountRoutes(server, {
    ...identity,
    settings: identity.accountSettings,
    languages,
    links: [...otherLinks, ...ACCOUNT_LINKS.filter(({ href }) => offersSms || href !== '/account/phones')],
  });
  personRoutes(server, { ...identity });
  emailRoutes(server, { ...identity, aside: asides.emailCode });
  phoneRoutes(server, {
    ...identity,
    settings: identity.phoneSettings,
    country,
    isOffered: offersSms,
    aside: asides.code,
  });
  dataExportRoutes(server, { ...identity });
  closingRoutes(server, { ...identity });
  securityRoutes(server, { ...identity, ways: waysIn(identity), waysBack: waysBack(identity) });
  passwordChangeRoutes(server, identity);
  appSettingsRoutes(server, { ...identity });
  questionRoutes(server, identity);
  activityRoutes(server, { ...identity, activityLabels });
  alarmRoutes(server, identity);
}

/** Each kind of second step, as the page of security shows it. */
function waysIn({ database, passkeys, apps, phoneSettings, offersSms }: Identity): readonly Way[] {
  const phones: Way = {
    href: '/account/phones',
    title: 'phones.title',
    bound: async (session, { t }) => t('phones.count', { count: (await phoneSettings.list(session)).length }),
  };
  return [
    {
      href: '/account/security/passkeys',
      title: 'passkeys.title',
      bound: async (session, { t }) => t('passkeys.count', { count: (await passkeys.list(session)).length }),
    },
    {
      href: '/account/security/apps',
      title: 'authenticator-app.settings-title',
      bound: async (session, { t }) =>
        t('authenticator-app.count', { count: (await apps.list(session)).length }),
    },
    ...(offersSms ? [phones] : []),
    {
      href: '/account/security/backup-codes',
      title: 'backup-codes.settings-title',
      bound: async ({ accountId }, { t }) =>
        t('backup-codes.left', { count: await countBackupCodes(database, accountId) }),
    },
  ];
}

/** What helps to get back in, where the policy allows it. */
function waysBack({ database, policy, securityQuestions }: Identity): readonly Way[] {
  if (!policy.allows.securityQuestions) return [];
  return [
    {
      href: '/account/security/questions',
      title: 'security-questions.title',
      bound: async ({ accountId }, { t, date }) => {
        const chosen = await securityQuestions.chosen(database, accountId);
        return chosen === null
          ? t('security-questions.none')
          : t('security-questions.set-on', { date: date(chosen.setAt) });
      },
    },
  ];
}
