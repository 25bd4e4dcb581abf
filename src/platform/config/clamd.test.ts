import { expect, it } from 'vitest';
import { readClamd } from './clamd.ts';

it('ClamAV’s daemon is named by where it listens', () => {
  expect(readClamd('tcp://scanner.internal:3310')).toEqual({
    is: 'tcp',
    host: 'scanner.internal',
    port: 3310,
  });
  expect(readClamd('tcp://[::1]:3310')).toEqual({ is: 'tcp', host: '::1', port: 3310 });
  expect(readClamd('unix:/run/clamav/clamd.ctl')).toEqual({ is: 'socket', path: '/run/clamav/clamd.ctl' });
  for (const wrong of [
    'localhost:3310',
    'tcp://host',
    'http://host:1',
    'unix:clamd',
    'tcp://host:3310/x',
    '',
  ])
    expect(readClamd(wrong)).toBeNull();
});
