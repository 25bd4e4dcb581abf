export { ASSISTANCE_ACTIVITY } from './activity-labels.ts';
export { type Assistance, makeAssistance, type PersonChanges } from './assistance.ts';
