export { DEVICE_ACTIVITY } from './activity-labels.ts';
export {
  asDeviceId,
  type Browser,
  browserOf,
  countedAs,
  countedDevice,
  type DeviceId,
  deviceOf,
  forgetDevices,
  isKnown,
  type KnownDevice,
  know,
  knowing,
  listDevices,
  removeOldDevices,
  tokenOf,
  trust,
} from './devices.ts';
export { deviceData } from './personal-data.ts';
export { devicesPolicy } from './policy.ts';
export { DEVICE_TABLES } from './tables.ts';
export { keepDevice, newDeviceToken, signedDevicesOf } from './token.ts';
