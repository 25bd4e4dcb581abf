// Loaded into the server before it starts: SIGUSR2 collects its garbage, so that memory can be seen without it.
process.on('SIGUSR2', () => globalThis.gc?.());
