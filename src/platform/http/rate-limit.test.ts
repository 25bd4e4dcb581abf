import { describe, expect, it } from 'vitest';
import { freshDatabase } from '../../testing/database.ts';
import { removeOldRequests } from './index.ts';
import { countRequestsIn } from './rate-limit.ts';

const { database, clock, vault } = await freshDatabase();
const WINDOW = 300_000;
const Store = countRequestsIn(database, clock, vault);
const store = (url: string) => {
  const child = new Store({}).child({ routeInfo: { method: 'POST', url } } as never);
  return (key: string) =>
    new Promise<{ current: number; ttl: number }>((resolve, reject) =>
      child.incr(
        key,
        (error, result) => (result === undefined ? reject(error) : resolve(result)),
        WINDOW,
        60,
      ),
    );
};

describe('counting requests', () => {
  it('is one count for every node', async () => {
    const [here, there] = [store('/one'), store('/one')];
    const counts = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? here : there)('192.0.2.1')),
    );
    expect(counts.map(({ current }) => current).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  it('is apart for each address and each route (ASVS 2.4.1)', async () => {
    await store('/two')('192.0.2.2');
    expect((await store('/two')('192.0.2.3')).current).toBe(1);
    expect((await store('/three')('192.0.2.2')).current).toBe(1);
    expect((await store('/two')('192.0.2.2')).current).toBe(2);
  });

  it('starts anew when its window has passed, and tells how long that takes', async () => {
    const count = store('/four');
    expect(await count('192.0.2.4')).toEqual({ current: 1, ttl: WINDOW });
    clock.advance(299);
    expect(await count('192.0.2.4')).toEqual({ current: 2, ttl: 1000 });
    clock.advance(1);
    expect(await count('192.0.2.4')).toEqual({ current: 1, ttl: WINDOW });
  });

  it('stores no address, and forgets what has passed', async () => {
    await store('/five')('192.0.2.5');
    const rows = await database.selectFrom('request_count').selectAll().execute();
    expect(JSON.stringify(rows.map(({ subject }) => subject.toString('latin1')))).not.toContain('192.0.2.5');
    clock.advance(301);
    await store('/five')('192.0.2.6');
    await removeOldRequests(database, clock);
    expect(await database.selectFrom('request_count').selectAll().execute()).toHaveLength(1);
  });
});
