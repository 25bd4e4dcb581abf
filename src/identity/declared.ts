import { z } from 'zod';
import { AgencyFaults, parseAgencyData } from '../platform/agency/index.ts';
import type { RoomTables } from '../platform/tables/index.ts';
import { ACCOUNT_ACTIVITY, ACCOUNT_TABLES } from './core/accounts/index.ts';
import { ADDRESS_TABLES } from './core/addresses/index.ts';
import { DEVICE_ACTIVITY, DEVICE_TABLES, devicesPolicy } from './core/devices/index.ts';
import { codePolicy, loadPolicy } from './core/flood-guard/index.ts';
import { NOTICE_TABLES } from './core/notices/index.ts';
import { PHONE_TABLES, phonesPolicy } from './core/phones/index.ts';
import {
  allowsPolicy,
  claimsPolicy,
  messagesPolicy,
  type Policy,
  type PolicySections,
  type Profile,
  proofPolicy,
  requestsPolicy,
} from './core/policy/index.ts';
import type { SecondSteps } from './core/second-steps/index.ts';
import { failuresPolicy, THROTTLE_TABLES } from './core/throttling/index.ts';
import {
  APP_ACTIVITY,
  APP_TABLES,
  AUTHENTICATOR_APP,
  appsPolicy,
} from './credentials/authenticator-app/index.ts';
import { BACKUP_CODE, BACKUP_CODE_ACTIVITY, BACKUP_CODE_TABLES } from './credentials/backup-codes/index.ts';
import { FACTOR_ACTIVITY } from './credentials/factors/index.ts';
import { PASSKEY, PASSKEY_ACTIVITY, PASSKEY_TABLES, passkeysPolicy } from './credentials/passkeys/index.ts';
import { passwordPolicy } from './credentials/passwords/index.ts';
import {
  QUESTION_ACTIVITY,
  QUESTION_TABLES,
  questionsPolicy,
} from './credentials/security-questions/index.ts';
import { PHONE_ACTIVITY, SMS_CODE, SMS_CODE_TABLES } from './credentials/sms-codes/index.ts';
import { ASSISTANCE_ACTIVITY } from './entry/assistance/index.ts';
import { RECOVERY_ACTIVITY, RECOVERY_TABLES, recoveryPolicy } from './entry/recovery/index.ts';
import { SIGN_IN_ACTIVITY, SIGN_IN_TABLES, signInPolicy } from './entry/sign-in/index.ts';
import { SIGN_UP_TABLES, signUpPolicy } from './entry/sign-up/index.ts';
import { stepUpPolicy } from './entry/step-up/index.ts';
import { ALARM_ACTIVITY, alarmPolicy } from './session/alarm/index.ts';
import { SESSION_ACTIVITY, SESSION_TABLES, sessionPolicy } from './session/sessions/index.ts';
import { NAME_ACTIVITY } from './settings/account-settings/index.ts';
import { CLOSING_ACTIVITY, closingPolicy } from './settings/closing/index.ts';
import { COPY_ACTIVITY, COPY_TABLES, dataExportPolicy } from './settings/data-export/index.ts';
import { ADDED_EMAIL_TABLES, EMAIL_ACTIVITY, emailsPolicy } from './settings/emails/index.ts';
import { PASSWORD_ACTIVITY } from './settings/password-change/index.ts';
import { PERSON_ACTIVITY, personPolicy } from './settings/person/index.ts';

/** The kinds of second step in the order in which they are offered. */
export const SECOND_STEPS: SecondSteps = {
  passkey: PASSKEY,
  'authenticator-app': AUTHENTICATOR_APP,
  'sms-code': SMS_CODE,
  'backup-code': BACKUP_CODE,
};

/** What each room lets the agency set. */
const policySections = (profile: Profile) =>
  ({
    password: passwordPolicy(profile),
    code: codePolicy,
    failures: failuresPolicy,
    session: sessionPolicy,
    emails: emailsPolicy,
    phones: phonesPolicy,
    signIn: signInPolicy,
    stepUp: stepUpPolicy(profile),
    passkeys: passkeysPolicy,
    apps: appsPolicy(profile),
    recovery: recoveryPolicy(profile),
    questions: questionsPolicy,
    devices: devicesPolicy,
    signUp: signUpPolicy,
    alarm: alarmPolicy,
    dataExport: dataExportPolicy,
    closing: closingPolicy,
    person: personPolicy,
    signUpLoad: loadPolicy,
    recoveryLoad: loadPolicy,
  }) satisfies { readonly [Name in keyof PolicySections]: z.ZodType<PolicySections[Name]> };

const policyOf = <P extends Profile>(profile: P) => ({
  profile: z.literal(profile),
  claims: claimsPolicy,
  messages: messagesPolicy,
  ...policySections(profile),
  proof: proofPolicy,
  requests: requestsPolicy,
});
const PolicyFile = z.discriminatedUnion('profile', [
  z.strictObject({ ...policyOf('standard'), allows: allowsPolicy.standard }),
  z.strictObject({ ...policyOf('strict'), allows: allowsPolicy.strict }),
]);

/** The sign-in policy of an agency's file. @throws {AgencyFaults} with every fault */
export function readPolicy(policy: unknown): Policy {
  const parsed = parseAgencyData('agency.json', policy, PolicyFile, ['policy']);
  if (parsed.is === 'faults') throw new AgencyFaults(parsed.faults);
  return parsed.data;
}

/** Of whom the tables of each room say something, and what is sealed in them. */
export const IDENTITY_TABLES: readonly RoomTables[] = [
  ACCOUNT_TABLES,
  ADDRESS_TABLES,
  DEVICE_TABLES,
  NOTICE_TABLES,
  THROTTLE_TABLES,
  PHONE_TABLES,
  SESSION_TABLES,
  PASSKEY_TABLES,
  APP_TABLES,
  SMS_CODE_TABLES,
  BACKUP_CODE_TABLES,
  QUESTION_TABLES,
  SIGN_IN_TABLES,
  SIGN_UP_TABLES,
  RECOVERY_TABLES,
  ADDED_EMAIL_TABLES,
  COPY_TABLES,
];

/** How the events of each room are told to the person whom they concern. */
export const ACTIVITY_LABELS = {
  ...ACCOUNT_ACTIVITY,
  ...DEVICE_ACTIVITY,
  ...SESSION_ACTIVITY,
  ...ALARM_ACTIVITY,
  ...FACTOR_ACTIVITY,
  ...APP_ACTIVITY,
  ...PASSKEY_ACTIVITY,
  ...BACKUP_CODE_ACTIVITY,
  ...QUESTION_ACTIVITY,
  ...PHONE_ACTIVITY,
  ...SIGN_IN_ACTIVITY,
  ...RECOVERY_ACTIVITY,
  ...ASSISTANCE_ACTIVITY,
  ...PASSWORD_ACTIVITY,
  ...NAME_ACTIVITY,
  ...PERSON_ACTIVITY,
  ...EMAIL_ACTIVITY,
  ...COPY_ACTIVITY,
  ...CLOSING_ACTIVITY,
};
