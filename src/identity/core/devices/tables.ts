import type { RoomTables } from '../../../platform/tables/index.ts';

export const DEVICE_TABLES: RoomTables = {
  tables: { known_device: { of: 'account', copied: ['knownDevices'] } },
};
