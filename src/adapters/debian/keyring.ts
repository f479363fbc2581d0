import { readFile } from 'node:fs/promises';
import { Problem } from '../../support/problem.ts';

const ARMOUR = /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([\s\S]*?)-----END PGP PUBLIC KEY BLOCK-----/g;

/** The base64 of an armoured block (RFC 9580, 6.2): behind its headers and the blank line, before its checksum. */
const bodyOf = (block: string): Buffer => {
  const lines = block.split(/\r?\n/).map((line) => line.trim());
  const body = lines.slice(lines.indexOf('') + 1).filter((line) => !line.startsWith('='));
  return Buffer.from(body.join(''), 'base64');
};

/** The bytes of a keyring file as gpgv reads them, without the armour that publishers like; throws FILE_UNREADABLE. */
export const readKeyring = async (path: string): Promise<Buffer> => {
  const found = await readFile(path).catch((error: unknown) => {
    throw new Problem('FILE_UNREADABLE', `the keyring ${path} cannot be read`, {
      hint: "it is the archive's public key: a file of its publisher, or of /usr/share/keyrings",
      cause: error,
    });
  });
  const blocks = [...found.toString('latin1').matchAll(ARMOUR)].map(([, block = '']) => bodyOf(block));
  return blocks.length > 0 ? Buffer.concat(blocks) : found;
};
