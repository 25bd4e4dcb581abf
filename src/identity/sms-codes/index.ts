export { smsFactor } from './factor.tsx';
export { smsMessages } from './messages.ts';
export { phoneRoutes } from './routes.tsx';
export { makePhoneSettings, type PhoneSettings } from './settings.ts';
export { makeSmsCodes, type SmsCodes, type SmsMessages } from './sms-codes.ts';
