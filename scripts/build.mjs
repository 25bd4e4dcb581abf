// Builds dist/: the client files with the agency's look, compressed beforehand, and then the server.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const client = join(root, 'dist/client');
const size = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

// What a former version left would be found where nothing is any more.
rmSync(join(root, 'dist'), { recursive: true, force: true });

try {
  await build({ configFile: join(root, 'vite.config.ts') });
  for (const name of readdirSync(client).filter((file) => /\.(css|js|svg)$/.test(file))) {
    const source = readFileSync(join(client, name));
    const brotli = brotliCompressSync(source, {
      params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
    });
    writeFileSync(join(client, `${name}.br`), brotli);
    writeFileSync(join(client, `${name}.gz`), gzipSync(source, { level: 9 }));
    console.log(`client  ${name}  ${size(source.length)}, ${size(brotli.length)} in Brotli`);
  }
} catch (error) {
  // The bundler puts its own frames into the message.
  console.error(error instanceof Error ? error.message.replace(/^ +at .*\n?/gm, '').trimEnd() : error);
  process.exit(1);
}

const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status !== 0) process.exit(1);
console.log('server  dist/main.js');
