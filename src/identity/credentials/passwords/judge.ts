import { serveThread } from '../../../platform/threads/index.ts';
import { judgePassword } from './judging.ts';

// The thread that judges passwords, for passwords.ts.
serveThread(judgePassword);
