// better-auth as its manual sets it up: email and password, a pg pool, its own scrypt, sessions in the database.
// Its limit of requests is off, as Portico's is raised; nothing else is changed.
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import pg from 'pg';

const { BENCH_PORT, DATABASE_URL, BENCH_PASSWORD, BENCH_PEOPLE } = process.env;
const options = {
  baseURL: 'http://bench',
  secret: 'only-for-a-measurement-of-32-letters',
  database: new pg.Pool({ connectionString: DATABASE_URL, max: 10 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const auth = betterAuth(options);
for (let n = 0; n < Number(BENCH_PEOPLE); n++)
  await auth.api.signUpEmail({
    body: { email: `person-${n}@bench.example`, name: `Person ${n} Benchmark`, password: BENCH_PASSWORD },
  });

const handle = toNodeHandler(auth);
createServer((request, response) => {
  if (request.url === '/ready') response.end('ok');
  else void handle(request, response);
}).listen(Number(BENCH_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
