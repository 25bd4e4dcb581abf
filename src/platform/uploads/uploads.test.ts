import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { fakeClamd, HARMFUL } from '../../testing/clamd.ts';
import { clamdScanner, makeFileCheck, ScannerUnavailable } from './index.ts';

const folder = await mkdtemp(join(tmpdir(), 'portico-clamd-'));
afterAll(() => rm(folder, { recursive: true }));
const clamd = await fakeClamd();
const scan = clamdScanner({ is: 'tcp', host: '127.0.0.1', port: clamd.port }, 200);
const check = makeFileCheck(null);

const red = { create: { width: 40, height: 20, channels: 3, background: 'red' } } as const;
const photo = await sharp(red)
  .jpeg()
  .withExif({ IFD0: { Make: 'SECRET-CAMERA', Orientation: '6' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
  .withMetadata({ orientation: 6 })
  .toBuffer();
const pdf = Buffer.from('%PDF-1.7\n…\n%%EOF\n');
const one = async (bytes: Buffer, name = 'image.jpg') => check([{ name, bytes }]);

describe('a file that a person sends', () => {
  it('is what its first bytes say, whatever it is called (ASVS 5.2.2)', async () => {
    expect(await one(pdf, 'photo.jpg')).toMatchObject({
      files: [{ name: 'photo.jpg.pdf', mediaType: 'application/pdf', bytes: pdf }],
    });
    for (const wrong of ['MZ…', '<svg/>', '<html>', 'GIF89a', ''])
      expect(await one(Buffer.from(wrong), 'a.pdf')).toEqual({ is: 'refused', name: 'a.pdf', why: 'type' });
  });

  it('is made anew where it is a picture: upright, and without where and by what it was taken', async () => {
    const checked = await one(photo);
    if (checked.is !== 'checked') throw new Error(checked.why);
    const [file] = checked.files;
    const made = file?.bytes ?? Buffer.alloc(0);
    expect(photo.includes('SECRET-CAMERA')).toBe(true);
    expect(made.includes('SECRET-CAMERA')).toBe(false);
    const { width, height, exif, orientation, format } = await sharp(made).metadata();
    expect([width, height, exif, orientation, format]).toEqual([20, 40, undefined, undefined, 'jpeg']);
    // What was hidden behind the picture is not in it either.
    const trailing = await one(Buffer.concat([photo, Buffer.from('PK… an archive')]));
    expect(trailing.is === 'checked' && trailing.files[0]?.bytes.includes('archive')).toBe(false);
  });

  it('is refused where it cannot be opened, or has more pixels than any phone takes', async () => {
    const refused = { is: 'refused', why: 'damaged' };
    expect(await one(photo.subarray(0, photo.length / 2))).toMatchObject(refused);
    expect(await one(Buffer.concat([photo.subarray(0, 20), Buffer.alloc(400, 7)]))).toMatchObject(refused);
    expect(await one(Buffer.from('%PDF-1.7 cut off'))).toMatchObject(refused);
    const wide = { create: { width: 9_000, height: 8_000, channels: 3, background: 'red' } } as const;
    expect(await one(await sharp(wide).png({ compressionLevel: 1 }).toBuffer())).toMatchObject(refused);
  });
});

describe('the scanner (ASVS 5.4.3)', () => {
  it('tells clean from harmful, in pieces, by a port or a socket', async () => {
    const path = join(folder, 'clamd.sock');
    const bySocket = await fakeClamd(path);
    const large = Buffer.alloc(300_000, 'x');
    for (const [each, server] of [
      [scan, clamd],
      [clamdScanner({ is: 'socket', path }), bySocket],
    ] as const) {
      expect(await each(large)).toEqual({ is: 'clean' });
      expect(await each(Buffer.from(`… ${HARMFUL} …`))).toEqual({ is: 'infected' });
      expect(server.files[0]?.equals(large)).toBe(true);
    }
  });

  it('lets nothing through where it is dead, silent, or says anything else (ASVS 16.5.3)', async () => {
    const dead = clamdScanner({ is: 'socket', path: join(folder, 'nobody') });
    await expect(dead(pdf)).rejects.toThrow(ScannerUnavailable);
    for (const how of ['says-nothing', 'hangs-up', 'too-large', 'speaks-nonsense'] as const) {
      clamd.behave(how);
      await expect(scan(Buffer.alloc(3_000_000))).rejects.toThrow(ScannerUnavailable);
    }
    await expect(makeFileCheck(dead)([{ name: 'a.pdf', bytes: pdf }])).rejects.toThrow(ScannerUnavailable);
  });

  it('is asked before a library opens a file', async () => {
    clamd.behave('scans');
    const harmful = Buffer.concat([photo.subarray(0, 30), Buffer.from(HARMFUL)]);
    expect(await makeFileCheck(scan)([{ name: 'image.jpg', bytes: harmful }])).toEqual({
      is: 'refused',
      name: 'image.jpg',
      why: 'infected',
    });
  });
});
