// npm run build: what browsers get in the look of the agency, and the server, into dist/; `npm run build -- look` the former alone.
// What runs meanwhile goes on as it is.
import { buildLook, buildServer, ensureInstalled } from './ensure.mjs';

ensureInstalled();
if (!buildLook()) process.exit(1);
if (process.argv[2] !== 'look') {
  if (!buildServer()) process.exit(1);
  console.log('server  dist/main.js');
}
