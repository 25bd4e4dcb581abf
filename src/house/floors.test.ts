import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testApp } from '../testing/app.ts';

const root = join(import.meta.dirname, '../..');
const { app, server } = await testApp();

describe('what floors declare', () => {
  it('tells every kind of security event that a room adds', async () => {
    const kinds: string[] = [];
    for (const file of globSync('src/**/*.{ts,tsx}', { cwd: root })) {
      const text = readFileSync(join(root, file), 'utf8');
      if (!/interface SecurityEventKinds extends/.test(text)) continue;
      const [, name] = /keyof typeof (\w+)\]/.exec(text) ?? [];
      const room: Record<string, unknown> = await import(join(root, file));
      kinds.push(...Object.keys(Object(room[name ?? ''])));
    }
    expect(kinds.length).toBeGreaterThan(40);
    const told = app.floors.flatMap(({ activity = {} }) => Object.keys(activity));
    expect(told.sort()).toEqual(kinds.sort());
  });

  it('leads by each link of the navigation to a page that is there, one of each for a visitor', () => {
    const links = app.floors.flatMap((floor) => floor.links ?? []);
    expect(links.length).toBeGreaterThan(4);
    for (const { href } of links)
      expect([href, server.hasRoute({ method: 'GET', url: href })]).toEqual([href, true]);
    for (const visitor of ['stranger', 'signed-in'] as const) {
      const seen = links.filter(({ visitors }) => visitors.includes(visitor));
      expect(new Set(seen.map(({ href }) => href)).size).toBe(seen.length);
      expect(new Set(seen.map(({ place }) => place)).size).toBe(seen.length);
    }
  });
});
