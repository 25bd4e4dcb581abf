// A mail server that takes every message and keeps none.

import { SMTPServer } from 'smtp-server';

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData: (stream, _session, done) => {
    stream.resume();
    stream.once('end', () => {
      process.send?.('mail');
      done();
    });
  },
});
process.once('disconnect', () => process.exit(0));
server.listen(Number(process.env['BENCH_PORT']), '127.0.0.1', () => process.send?.('ready'));
