// Builds into the folder that is named: the client files with the agency's look, compressed beforehand.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');
const [, , client = ''] = process.argv;
const size = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

try {
  await build({ configFile: join(root, 'vite.config.ts'), build: { outDir: client, emptyOutDir: true } });
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
