import { describe, expect, it } from 'vitest';
import { unknownNames } from './names.ts';

const KNOWN = ['PORT', 'PORTICO_DATA', 'PORTICO_DEMO', 'PORTICO_KEY_RING', 'PORTICO_TRUSTED_PROXIES'];
const unknown = (set: Record<string, string>) => [...unknownNames(set, KNOWN)];

describe('a variable of ours that there is not', () => {
  it.each([
    ['PORTICO_TRUSTED_PROXY', 'PORTICO_TRUSTED_PROXIES'],
    ['PORTICO_DATE', 'PORTICO_DATA'],
    ['PORTICO_KEYRING', 'PORTICO_KEY_RING'],
    ['PORTICO_KEY_RING_FILE', 'PORTICO_KEY_RING'],
    ['portico_demo', 'PORTICO_DEMO'],
    ['Portico_Demo', 'PORTICO_DEMO'],
  ])('%s is told, with %s as the nearest', (name, nearest) => {
    expect(unknown({ [name]: 'x' })).toEqual([{ name, nearest }]);
  });

  it('is none of another program, of our own tools, or of what Kubernetes tells of a service', () => {
    expect(
      unknown({
        PORTICO_DATA: 'x',
        PATH: 'x',
        PORTICOS: 'x',
        PORTICO_CHROMIUM: 'x',
        PORTICO_TEST_RESTARTS: '3',
        PORTICO_SERVICE_HOST: '10.0.0.1',
        PORTICO_SERVICE_PORT: '3000',
        PORTICO_SERVICE_PORT_HTTP: '3000',
        PORTICO_PORT: 'tcp://10.0.0.1:3000',
        PORTICO_PORT_3000_TCP: 'tcp://10.0.0.1:3000',
        PORTICO_PORT_3000_TCP_ADDR: '10.0.0.1',
        PORTICO_DB_SERVICE_HOST: '10.0.0.2',
      }),
    ).toEqual([]);
    expect(unknown({ PORTICO_PORT: '3000' })).toEqual([{ name: 'PORTICO_PORT', nearest: 'PORT' }]);
  });
});
