export {
  type Browser,
  browserOf,
  type DeviceId,
  describeBrowser,
  deviceOf,
  forgetDevices,
  type KnownDevice,
  know,
  knowing,
  listDevices,
  removeOldDevices,
} from './devices.ts';
