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
  trust,
} from './devices.ts';
export { newDeviceToken, signedDeviceOf } from './token.ts';
