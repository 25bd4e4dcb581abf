import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { Logger } from 'pino';
import type { Clock } from '../clock/index.ts';
import type { Config } from '../config/index.ts';
import { readSecretFile } from '../secret-file/index.ts';

/** What servers of HTTPS have in common: one certificate, which may be renewed while they serve. */
export type Tls = {
  /** A server that speaks TLS and nothing else. */
  createServer(listener: RequestListener, options?: ServerOptions): Server;
  /** Looks at the files. What they have is taken up by each new connection, unless it cannot be served with. */
  look(): void;
};

type Files = NonNullable<Config['tls']>;
type Pair = { readonly cert: string; readonly key: string };

/** TLS 1.2 and 1.3, and of their ciphers those that encrypt and authenticate in one, with forward secrecy (ASVS 12.1.1, 12.1.2). */
const PROTOCOL = {
  minVersion: 'TLSv1.2',
  ciphers:
    'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:ECDHE+AESGCM:ECDHE+CHACHA20',
} as const;
/** Nobody holds a connection for longer without a word of HTTP. */
const HANDSHAKE_MILLISECONDS = 20_000;

/**
 * Opens a certificate and its key, both in PEM; after the certificate may stand those that vouch for it.
 * @throws where they cannot be served with: unreadable, not of each other, or not valid now
 */
export function openTls(files: Files, { clock, log }: { clock: Clock; log: Logger }): Tls {
  let served = readPair(files, clock);
  let doubted = '';
  const servers = new Set<Server>();
  return {
    createServer: (listener, options = {}) => {
      const server = createServer(
        { ...options, ...PROTOCOL, ...served, handshakeTimeout: HANDSHAKE_MILLISECONDS },
        listener,
      );
      servers.add(server);
      server.once('close', () => servers.delete(server));
      return server;
    },
    look: () => {
      try {
        const found = readPair(files, clock);
        doubted = '';
        if (found.cert === served.cert && found.key === served.key) return;
        for (const server of servers) server.setSecureContext({ ...PROTOCOL, ...found });
        served = found;
        log.info({ until: new X509Certificate(found.cert).validToDate }, 'took up a renewed certificate');
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error);
        // Once, and not at every look.
        if (fault !== doubted)
          log.error({ fault }, 'the certificate cannot be taken up; the one before is served on');
        doubted = fault;
      }
    },
  };
}

function readPair({ certificate, key }: Files, clock: Clock): Pair {
  const cert = readFileSync(certificate, 'utf8');
  const leaf = parsed(() => new X509Certificate(cert), `${certificate} has no certificate in PEM`);
  const secret = readSecretFile(key);
  // An error of the parser says nothing that helps.
  const own = parsed(() => createPrivateKey(secret), `${key} has no private key in PEM without a password`);
  if (!leaf.checkPrivateKey(own)) throw new Error(`${key} is not the key of ${certificate}`);
  const now = clock.now();
  if (leaf.validToDate < now) throw new Error(`${certificate} has ended: ${leaf.validTo}`);
  if (now < leaf.validFromDate) throw new Error(`${certificate} begins only later: ${leaf.validFrom}`);
  const pair = { cert, key: secret };
  // What stands after the first certificate is read here only.
  parsed(() => createSecureContext({ ...PROTOCOL, ...pair }), `${certificate} cannot be served with ${key}`);
  return pair;
}

function parsed<T>(parse: () => T, fault: string): T {
  try {
    return parse();
  } catch {
    throw new Error(fault);
  }
}
