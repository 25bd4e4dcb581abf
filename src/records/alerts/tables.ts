import type { RoomTables } from '../../platform/tables/index.ts';

export const ALERT_TABLES: RoomTables = {
  tables: {
    alert_choice: { of: 'account', copied: ['alerts'] },
    alert_bounce: { of: 'account', copied: ['alerts'] },
    alert_turn: { of: 'account', leftOut: 'when an account is told next' },
    alert_change: { of: 'account', leftOut: 'which changes are told, which stand in the copy themselves' },
    alert: { of: 'account', leftOut: 'that a message was sent, for a month' },
    alert_delivery: { of: 'account', leftOut: 'the ids of messages, for a month' },
  },
};
