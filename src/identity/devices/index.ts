export {
  type Browser,
  browserOf,
  type DeviceId,
  deviceOf,
  forgetDevices,
  isKnown,
  type KnownDevice,
  know,
  knowing,
  listDevices,
  removeOldDevices,
} from './devices.ts';
