// What a download cannot be faster than: a folder of plain files, served as Fastify's own plugin does.

import fastifyStatic from '@fastify/static';
import fastify from 'fastify';

const { BENCH_PORT, BENCH_FOLDER = '' } = process.env;
const app = fastify();

await app.register(fastifyStatic, { root: BENCH_FOLDER });
app.get('/ready', () => 'ok');
await app.listen({ port: Number(BENCH_PORT), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));
