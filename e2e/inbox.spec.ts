import { deflateSync } from 'node:zlib';
import { expect, test } from './journey.ts';
import { moveIn } from './move-in.ts';
import { withCase } from './own-case.ts';
import { expectError, someone } from './steps.ts';

/** A picture of one grey pixel, as small as a PNG can be. */
function pixel(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from([0, 128]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function crc(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

for (const language of ['en', 'es'] as const) {
  test.describe(`inbox (${language})`, () => {
    test.use({ language });

    test('a person writes about a case with photos of one name, is answered, and goes on after it was closed', async ({
      visitor,
    }) => {
      const { page, say } = visitor;
      const main = page.getByRole('main');
      await visitor.arrive();
      const applicant = someone();
      await moveIn(visitor, applicant);
      const found = await withCase(visitor, applicant);
      await visitor.follow('Messages');
      await visitor.at('Messages');

      await visitor.follow('Write a message');
      await visitor.at('Write to us');
      await visitor.field('Which case?').selectOption(found.receipt);
      await visitor.fill({ 'Your message': 'Is this photo good enough?' });
      await visitor.press('Send', 422);
      await visitor.at('Write to us');
      await expectError(visitor, 'What is it about?', say('Choose what your message is about'));
      await expect(visitor.field('Your message')).toHaveValue('Is this photo good enough?');
      await visitor.field('What is it about?').selectOption('papers');
      const photo = { name: 'image.png', mimeType: 'image/png', buffer: pixel() };
      await visitor.field('Files (you may leave this out)').setInputFiles([photo, photo, photo]);
      await visitor.press('Send');
      await visitor.at('Papers that I was asked for');
      await expect(main.getByRole('status').first()).toContainText(say('Your message is sent'));
      await expect(main.locator('.portico-message__files a')).toHaveText([
        'image.png',
        'image (2).png',
        'image (3).png',
      ]);
      const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';

      await visitor.fill({ 'Your message': 'I forgot to say' });
      visitor.portico.clock.advance(60);
      await found.tell('answer', { kind: 'message', conversation: id, text: 'Yes, it is.', closes: true });
      // What is open hears of it, and keeps what is being typed.
      if (visitor.hasScript) await expect(main).toContainText('Yes, it is.');
      else await visitor.open(`/inbox/${id}`);
      await expect(main).toContainText(say('This conversation is closed'));
      await visitor.look();
      if (visitor.hasScript) await expect(visitor.field('Your message')).toHaveValue('I forgot to say');
      else await visitor.fill({ 'Your message': 'I forgot to say' });
      visitor.portico.clock.advance(60);
      await visitor.press('Send');
      await visitor.at('Papers that I was asked for');
      await expect(main.getByRole('status').first()).toContainText(
        say('Your message began a new conversation'),
      );

      await visitor.open(`/cases/${found.receipt}`);
      await expect(main.locator('a[href^="/inbox/"]')).toHaveCount(3);
      await visitor.look();
      await visitor.open('/inbox');
      await visitor.at('Messages');
    });
  });
}
