import { gzipSync } from 'node:zlib';
import { Header } from 'tar';

/** An ar archive of members, as dpkg-deb writes one. */
export const arOf = (members: readonly (readonly [name: string, content: Uint8Array])[]): Buffer => {
  const parts = members.flatMap(([name, content]) => {
    const fields = [name.padEnd(16), '0'.padEnd(12), '0     0     100644  ', `${content.length}`.padEnd(10)];
    return [Buffer.from(`${fields.join('')}\`\n`), content, Buffer.from(content.length % 2 ? '\n' : '')];
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
};

/** A tar file of contents by their paths; a content that begins with `->` is a link. */
export const plainTar = (files: Readonly<Record<string, string>>): Buffer => {
  const entries = Object.entries(files).flatMap(([path, content]) => {
    const block = Buffer.alloc(512);
    const link = content.startsWith('->') ? content.slice(2) : undefined;
    const body = Buffer.from(link === undefined ? content : '');
    const is = link === undefined ? { type: 'File' } : { type: 'SymbolicLink', linkpath: link };
    new Header({ path, size: body.length, mode: 0o644, mtime: new Date(0), ...is } as never).encode(block);
    return [block, body, Buffer.alloc(-body.length & 511)];
  });
  return Buffer.concat([...entries, Buffer.alloc(1024)]);
};

/** The text of a control file. */
export const controlText = (name: string, version: string, arch: string): string =>
  `Package: ${name}\nVersion: ${version}\nArchitecture: ${arch}\nDescription: a test\n`;

/** What a package that is made has in place of the usual. */
export interface MadeDeb {
  readonly files?: Readonly<Record<string, string>>;
  readonly controlTar?: readonly [name: string, content: Uint8Array];
  readonly dataTar?: readonly [name: string, content: Uint8Array];
}

/** A package with that control file, packed by gzip. */
export const debOf = (control: string, { files = {}, controlTar, dataTar }: MadeDeb = {}): Buffer =>
  arOf([
    ['debian-binary', Buffer.from('2.0\n')],
    controlTar ?? ['control.tar.gz', gzipSync(plainTar({ './control': control }))],
    dataTar ?? ['data.tar.gz', gzipSync(plainTar(files))],
  ]);
