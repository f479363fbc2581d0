import { createCipheriv } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { debReader } from '../../../src/adapters/debian/deb-reader.ts';
import { zstdEncoded } from '../../../src/adapters/zstd/encode.ts';
import { copyrightOf, PACKAGE_QUESTION } from '../../../src/domain/packages/question.ts';
import { arOf, controlText, debOf, plainTar } from '../../support/deb.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edgectl-deb-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const CONTROL = controlText('one', '1:2.0-1', 'arm64');
const LICENCE = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: ISC\n`;
const FORMAT = ['debian-binary', Buffer.from('2.0\n')] as const;
const control = ['control.tar', plainTar({ './control': CONTROL })] as const;
const data = ['data.tar', plainTar({})] as const;

const zstdOf = async (bytes: Buffer): Promise<Buffer> =>
  Buffer.concat(await Readable.from(zstdEncoded(Readable.from([bytes]))).toArray());
/** A package in three pieces, as it may lie in a bundle that was split. */
const contentOf = (bytes: Buffer) => {
  const cuts = [0, bytes.length / 3, (2 * bytes.length) / 3, bytes.length].map(Math.floor);
  const pieces = [0, 1, 2].map((index) => ({ bytes: bytes.subarray(cuts[index], cuts[index + 1]) }));
  return { pieces, size: bytes.length };
};
const read = async (bytes: Buffer) => {
  let told = 0;
  const text = await debReader(folder).control(contentOf(bytes), (done) => {
    expect(done).toBeGreaterThanOrEqual(told);
    told = done;
  });
  // What fills up the last member to an even length is read by nobody.
  expect(bytes.length - told).toBeLessThan(2);
  return text;
};
const why = (bytes: Buffer) =>
  read(bytes).then(
    () => 'it can be read',
    (error: Error) => error.message,
  );

describe('the control file of a package', () => {
  it('is the same however its members are packed, and whatever stands between and behind', async () => {
    expect(await read(debOf(CONTROL))).toBe(CONTROL);
    expect(await read(arOf([FORMAT, control, data]))).toBe(CONTROL);
    const zstd = ['control.tar.zst', await zstdOf(control[1])] as const;
    expect(await read(debOf(CONTROL, { controlTar: zstd }))).toBe(CONTROL);
    const odd = Buffer.from('odd');
    const more = arOf([FORMAT, ['_first', odd], control, ['_second', odd], data, ['_gpgorigin', odd]]);
    expect(await debReader(folder).control(contentOf(more), () => {})).toBe(CONTROL);
  });

  it('cannot be read where deb(5) is not kept to: the reason says where', async () => {
    expect(await why(Buffer.from('<html>'))).toBe('it is no ar archive');
    expect(await why(arOf([control, data]))).toBe('it is no package of format 2');
    expect(await why(arOf([['debian-binary', Buffer.from('3.0\n')], control, data]))).toBe(
      'it is no package of format 2',
    );
    expect(await why(arOf([FORMAT, data]))).toBe('it has no control.tar');
    expect(await why(arOf([FORMAT, control]))).toBe('it has no data.tar');
    expect(await why(arOf([FORMAT, ['control.tar.rar', control[1]], data]))).toBe(
      'nobody knows how its control.tar.rar is packed',
    );
    const whole = arOf([FORMAT, control, data]);
    expect(await why(whole.subarray(0, whole.length - 1))).toBe('it is cut off in data.tar');
    const torn = Buffer.from(whole);
    torn.fill('x', 72 + 58, 72 + 60);
    expect(await why(torn)).toBe('it has no member at byte 72');
    expect(await why(arOf([FORMAT, ['control.tar', plainTar({})], data]))).toBe(
      'its control.tar has no control file',
    );
    expect(await why(debOf('x'.repeat((1 << 20) + 1)))).toBe(
      'the control file in its control.tar.gz cannot be read',
    );
  });

  it('is not given where the files cannot be unpacked, to the last byte', async () => {
    const noise = createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(
      Buffer.alloc(1 << 20),
    );
    const packed = gzipSync(plainTar({ noise: noise.toString('base64') }));
    const at = (of: Buffer) => debOf(CONTROL, { dataTar: ['data.tar.gz', of] });
    expect(await why(at(packed))).toBe('it can be read');
    expect(await why(at(packed.subarray(0, packed.length >> 1)))).toMatch(/^its data.tar.gz: unexpected end/);
    const sum = Buffer.from(packed);
    sum.fill(7, sum.length - 8, sum.length - 4);
    expect(await why(at(sum))).toBe('its data.tar.gz: incorrect data check');
    const noTar = ['data.tar', Buffer.alloc(1024, 1)] as const;
    expect(await why(debOf(CONTROL, { dataTar: noTar }))).toBe(
      'its data.tar: it is no whole tar file: checksum failure',
    );
  });

  it('needs a program of this machine where it is packed in xz, and says which', async () => {
    mkdirSync(join(folder, 'empty'));
    const { PATH } = process.env;
    process.env['PATH'] = join(folder, 'empty');
    try {
      const xz = debOf(CONTROL, { dataTar: ['data.tar.xz', Buffer.alloc(9)] });
      await expect(read(xz)).rejects.toMatchObject({
        code: 'TOOL_MISSING',
        message: 'xz is not on this machine',
        hint: 'install the package xz-utils',
      });
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});

it('what the files of a package say is kept by its digest', async () => {
  const files = { './usr/share/doc/one/copyright': LICENCE, './usr/bin/one': 'x'.repeat(4096) };
  const ask = (bytes: Buffer, digest: string) =>
    debReader(folder).ask(contentOf(bytes), digest, PACKAGE_QUESTION, () => {});
  const answer = [{ path: copyrightOf('one'), value: { licences: ['ISC'] } }];
  expect(await ask(debOf(CONTROL, { files }), 'sha256:a')).toEqual(answer);
  expect(await ask(Buffer.from('never read'), 'sha256:a')).toEqual(answer);
});
