export {
  asDeviceId,
  type Browser,
  browserOf,
  type DeviceId,
  deviceOf,
  forgetDevices,
  type KnownDevice,
  know,
  knowing,
  listDevices,
  removeOldDevices,
} from './devices.ts';
