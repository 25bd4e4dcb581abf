import type { Agency } from '../platform/agency/index.ts';
import type { Clock } from '../platform/clock/index.ts';
import type { Vault } from '../platform/crypto/index.ts';
import type { Database } from '../platform/database/index.ts';
import type { Hasher } from '../platform/hashing/index.ts';
import type { Mailer } from '../platform/messages/index.ts';
import { makeProofOfWork } from '../platform/proof-of-work/index.ts';
import type { PersonalData } from '../platform/tables/index.ts';
import { type AccountId, accountData } from './core/accounts/index.ts';
import { deviceData } from './core/devices/index.ts';
import type { Notices } from './core/notices/index.ts';
import { type Phones, phoneData } from './core/phones/index.ts';
import type { Policy } from './core/policy/index.ts';
import { makeReach } from './core/reach/index.ts';
import { throttlingData } from './core/throttling/index.ts';
import { appData, appFactor, makeAppSettings } from './credentials/authenticator-app/index.ts';
import { backupCodeFactor, makeBackupCodeSettings } from './credentials/backup-codes/index.ts';
import { readKindsHeld } from './credentials/factors/index.ts';
import { makePasskeys, passkeyData, passkeyFactor } from './credentials/passkeys/index.ts';
import { type PasswordRules, passwordData } from './credentials/passwords/index.ts';
import { makeSecurityQuestions, questionData } from './credentials/security-questions/index.ts';
import { makePhoneSettings, makeSmsCodes, smsEnrolment, smsFactor } from './credentials/sms-codes/index.ts';
import { SECOND_STEPS } from './declared.ts';
import { makeAssistance } from './entry/assistance/index.ts';
import { makeRecovery, type RecoveryMessages, recoveryData } from './entry/recovery/index.ts';
import { makeSignIn } from './entry/sign-in/index.ts';
import { makeSignUp, type SignUpMessages } from './entry/sign-up/index.ts';
import { makeStepUp } from './entry/step-up/index.ts';
import { makeAlarm } from './session/alarm/index.ts';
import { makeSessions, sessionData, type Unread } from './session/sessions/index.ts';
import { makeAccountSettings } from './settings/account-settings/index.ts';
import { eventData } from './settings/activity/index.ts';
import { makeClosing } from './settings/closing/index.ts';
import { makeDataExport } from './settings/data-export/index.ts';
import { type EmailMessages, makeEmails, otherEmailData } from './settings/emails/index.ts';
import { makePasswordChange } from './settings/password-change/index.ts';
import { makePersonSettings, type RestsOnPerson } from './settings/person/index.ts';

/** What identity is made of and does not know by itself: where it stands, and how it reaches people. */
export type IdentityParts = {
  readonly database: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly policy: Policy;
  readonly passwords: PasswordRules;
  readonly phones: Phones;
  readonly notices: Notices;
  readonly messages: {
    readonly signUp: SignUpMessages;
    readonly emails: EmailMessages;
    readonly recovery: RecoveryMessages;
    readonly texts: Pick<Mailer, 'codeText'>;
  };
  readonly publicUrl: URL;
  /** The agency's name in a language. */
  readonly agencyIn: (language: string) => string;
  /** The agency's IANA zone. */
  readonly timeZone: string;
  /** Where a telephone number is that is typed without a country. */
  readonly phoneCountry: Agency['phoneCountry'];
  /** Whether codes can come by text message here. */
  readonly offersSms: boolean;
  /** What other floors keep about a person. */
  readonly otherData: () => readonly PersonalData[];
  /** Whether anything of other floors rests on what a person says of themselves. */
  readonly restsOnPerson: RestsOnPerson;
  /** Ends whatever of other floors opens something of an account without a sign-in. */
  readonly shutOthers: (transaction: Database, accountId: AccountId) => Promise<void>;
  /** How many things of other floors the person of an account has not read. */
  readonly unread?: Unread;
};

export type Identity = Awaited<ReturnType<typeof makeIdentity>>;

/** The rules of every room of identity, put together. Pages are in `identityRoutes`. */
export async function makeIdentity(given: IdentityParts) {
  const { database, vault, clock, hasher, policy, phones, notices, messages, publicUrl } = given;
  const sessions = makeSessions({
    database,
    vault,
    clock,
    policy: policy.session,
    ...(given.unread === undefined ? {} : { unread: given.unread }),
  });
  const codes = makeSmsCodes({ vault, clock, policy, mailer: messages.texts });
  const passkeys = makePasskeys({ database, vault, clock, policy: policy.passkeys, publicUrl, notices });
  const { phoneCountry: country } = given;
  // The second step that is offered first stands first.
  const kinds = {
    passkey: passkeyFactor({ passkeys, agencyIn: given.agencyIn }),
    app: appFactor({ database, clock, policy: policy.apps }),
    sms: smsFactor({
      database,
      phones,
      codes,
      minutes: policy.code.minutes,
      enrolment: smsEnrolment({ database, vault, clock, policy, phones, codes, country }),
    }),
    backupCode: backupCodeFactor({ database, clock, hasher }),
  };
  const everyFactor = Object.values(kinds);
  const factors = everyFactor.filter(({ kind }) => kind !== 'sms-code' || given.offersSms);
  const parts = { ...given, sessions, passkeys, factors, everyFactor, secondSteps: SECOND_STEPS };

  const emails = makeEmails({ ...parts, messages: messages.emails });
  const alarm = makeAlarm({
    ...parts,
    hasSecondStep: async (transaction, accountId) =>
      (await readKindsHeld(transaction, factors, accountId)).length > 0,
  });
  const securityQuestions = makeSecurityQuestions(parts);
  const apps = makeAppSettings({ ...parts, policy: policy.apps });
  // In the order of the copy.
  const ownData: readonly PersonalData<AccountId>[] = [
    ...accountData(parts),
    otherEmailData(parts),
    phoneData(parts),
    passwordData(parts),
    questionData(parts),
    appData({ apps }),
    passkeyData(parts),
    deviceData(parts),
    ...sessionData(parts),
    recoveryData(parts),
    eventData(parts),
    throttlingData,
  ];
  const personalData = () => [...ownData, ...given.otherData()];
  return {
    ...parts,
    kinds,
    smsCodes: codes,
    emails,
    alarm,
    securityQuestions,
    apps,
    ownData,
    personalData,
    reach: makeReach(parts, given.timeZone),
    proofOfWork: makeProofOfWork({ database, vault, clock, numbers: policy.proof }),
    signUp: makeSignUp({ ...parts, messages: messages.signUp }),
    signIn: await makeSignIn(parts),
    recovery: makeRecovery({ ...parts, messages: messages.recovery, alarm, securityQuestions }),
    assistance: makeAssistance(parts),
    passwordChange: makePasswordChange(parts),
    phoneSettings: makePhoneSettings({ ...parts, codes }),
    backupCodes: makeBackupCodeSettings(parts),
    stepUp: makeStepUp(parts),
    accountSettings: makeAccountSettings({ ...parts, policy: policy.failures }),
    personSettings: makePersonSettings({ ...parts, policy: policy.person, restsOn: given.restsOnPerson }),
    closing: makeClosing({ ...parts, policy: policy.closing, personalData }),
    dataExport: makeDataExport({ ...parts, policy: policy.dataExport, personalData }),
  };
}
