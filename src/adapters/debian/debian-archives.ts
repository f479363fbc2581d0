import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Fetcher } from '../../ports/bundles.ts';
import type { DebianArchives, IndexForm } from '../../ports/debian-archives.ts';
import type { LocalFile } from '../../ports/source.ts';
import { Problem } from '../../support/problem.ts';
import { askProgram } from '../programs/program.ts';
import { unavailable } from '../release/fetcher.ts';
import { signedRelease } from './signed-release.ts';
import { XZ } from './unpackers.ts';

const unpackGzip = promisify(gunzip);

const isUnavailable = (error: unknown): error is Problem =>
  error instanceof Problem && error.code === 'SOURCE_UNAVAILABLE';

const unpack = async ({ path }: LocalFile, packing: IndexForm['packing'], most: number): Promise<string> => {
  if (packing === 'none') return readFile(path, 'utf8');
  if (packing === 'gz')
    return (await unpackGzip(await readFile(path), { maxOutputLength: Math.max(most, 1) })).toString('utf8');
  const { ok, stdout } = await askProgram(XZ, ['--decompress', '--stdout', path], most);
  if (!ok) throw new Error('xz cannot unpack it');
  return stdout;
};

/** The text of an index in one form, from one place. */
const read = async (fetcher: Fetcher, form: IndexForm, place: string, most: number): Promise<string> => {
  const file = await fetcher.fetch(place, form.digest);
  if (file.size !== form.size)
    throw new Problem('BLOB_CORRUPT', `${place} has ${file.size} bytes, its release says ${form.size}`);
  return unpack(file, form.packing, most).catch((error: unknown) => {
    throw error instanceof Problem ? error : unavailable(place, error);
  });
};

/** Debian archives over HTTP or in folders; what is fetched lies in the fetcher's cache by its digest. */
export const debianArchives = (fetcher: Fetcher): DebianArchives => ({
  release: signedRelease,

  async index(forms, most) {
    let first: Problem | undefined;
    const tries = forms.flatMap((form) => form.from.map((place) => ({ form, place })));
    for (const { form, place } of tries)
      try {
        return await read(fetcher, form, place, most);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        first ??= error;
      }
    throw first ?? new Problem('SOURCE_UNAVAILABLE', 'a Debian index has no form that can be read');
  },

  async present(path) {
    return readFile(path, 'utf8').catch((error: unknown) => {
      throw new Problem('FILE_UNREADABLE', `${path} cannot be read`, {
        hint: 'it is the list of what a board has, which `present` names in the pins',
        cause: error,
      });
    });
  },
});
