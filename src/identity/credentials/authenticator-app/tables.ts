import type { RoomTables } from '../../../platform/tables/index.ts';
import { APP_SEALED } from './authenticator-app.ts';
import { OFFERED_SECRET } from './settings.ts';

export const APP_TABLES: RoomTables = {
  tables: {
    authenticator_app: { of: 'account', copied: ['authenticatorApps'] },
    authenticator_app_offer: { of: 'account', leftOut: 'a secret that is bound to no app yet' },
  },
  sealed: [...APP_SEALED.columns, OFFERED_SECRET],
};
