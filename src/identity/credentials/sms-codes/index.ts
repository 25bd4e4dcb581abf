export { PHONE_ACTIVITY } from './activity-labels.ts';
export { smsEnrolment } from './enrolment.tsx';
export { smsFactor } from './factor.tsx';
export { phoneRoutes } from './routes.tsx';
export { SMS_CODE } from './second-step.ts';
export { makePhoneSettings, type PhoneSettings } from './settings.ts';
export { makeSmsCodes, type SmsCodes } from './sms-codes.ts';
export { SMS_CODE_TABLES } from './tables.ts';
