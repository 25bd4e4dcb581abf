export { readSecretFile } from './secret-file.ts';
