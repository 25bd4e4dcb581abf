import { createServer, type RequestListener } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Tls } from '../tls/index.ts';

export type Metrics = {
  /** Measures every request of a server, by route and status. */
  watch(app: FastifyInstance): void;
  /** Serves `/metrics` on a port of its own, on the loopback address. @param tls none for plain HTTP */
  listen(port: number, tls: Tls | null): Promise<{ close(): Promise<void> }>;
};

/**
 * @param hashesWaiting how many sign-ins wait for a hash
 * @param streamLags by how many numbers each reader of a stream is behind
 */
export function makeMetrics({
  hashesWaiting,
  streamLags,
}: {
  hashesWaiting: () => number;
  streamLags: () => Promise<ReadonlyMap<string, number>>;
}): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'portico_http_request_seconds',
    help: 'Time to answer a request, in seconds',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [registry],
  });
  new Gauge({
    name: 'portico_hashes_waiting',
    help: 'Password hashes that wait for a core',
    registers: [registry],
    collect() {
      this.set(hashesWaiting());
    },
  });
  new Gauge({
    name: 'portico_stream_lag',
    help: 'By how much each reader of changes and of security events is behind',
    labelNames: ['reader'] as const,
    registers: [registry],
    async collect() {
      this.reset();
      // Without the database the rest is still told.
      const lags = await streamLags().catch(() => new Map<string, number>());
      for (const [reader, lag] of lags) this.set({ reader }, lag);
    },
  });
  return {
    watch: (app) => {
      app.addHook('onResponse', (request, reply, done) => {
        // A stream takes as long as somebody looks at its page.
        if (reply.raw.getHeader('content-type') === 'text/event-stream') return done();
        seconds.observe(
          {
            method: request.method,
            route: request.routeOptions.url ?? 'none',
            status: String(reply.statusCode),
          },
          reply.elapsedTime / 1000,
        );
        done();
      });
    },
    listen: (port, tls) =>
      new Promise((resolve, reject) => {
        const answer: RequestListener = (request, response) => {
          if (request.url !== '/metrics') {
            response.writeHead(404).end();
            return;
          }
          registry.metrics().then(
            (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
            () => response.writeHead(500).end(),
          );
        };
        const server = tls === null ? createServer(answer) : tls.createServer(answer);
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () =>
          resolve({ close: () => new Promise((closed) => server.close(() => closed())) }),
        );
      }),
  };
}
