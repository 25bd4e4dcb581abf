import { expect, it } from 'vitest';
import { startProgram } from '../testing/process.ts';

it('says how it is used, and asks for no database when it is used otherwise', async () => {
  for (const args of [[], ['failed', 'one'], ['sent']]) {
    const program = startProgram('commands/documents.js', args, {});
    expect(await program.ended).toBe(2);
    expect(program.err()).toContain('npm run --silent documents -- failed');
    expect(program.out()).toBe('');
  }
});
