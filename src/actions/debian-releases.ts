import { paragraphs } from '../domain/debian/deb822.ts';
import { indexesOf } from '../domain/debian/indexes.ts';
import { type ArchivedPackage, readArchived } from '../domain/debian/package.ts';
import { isFlat, placeIn, releaseFolder } from '../domain/debian/places.ts';
import { type DebianRelease, readDebianRelease, staleness } from '../domain/debian/release.ts';
import type { DebianArchives } from '../ports/debian-archives.ts';
import type { DebPins } from '../spec/deb-pins.ts';
import { ARCHES, type Arch } from '../support/arch.ts';
import { Problem } from '../support/problem.ts';

/** An archive of the pins whose release counts, and the architectures to bring from it. */
export interface OpenArchive {
  readonly pin: DebPins[number];
  readonly release: DebianRelease;
  readonly arches: readonly Arch[];
}

/** What the releases are read with. `arches`: those of the bundle; absent: what each archive has. */
export interface ReadArchives {
  readonly archives: DebianArchives;
  readonly arches: readonly Arch[] | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly tell: (says: string) => void;
}

const archesFor = (
  at: string,
  { pin, release }: Omit<OpenArchive, 'arches'>,
  wanted: readonly Arch[] | undefined,
): readonly Arch[] => {
  const stated =
    wanted && pin.arch ? wanted.filter((arch) => pin.arch?.includes(arch)) : (pin.arch ?? wanted);
  const offered = release.arches;
  if (offered.length === 0 && !stated)
    throw new Problem('ARCH_NOT_IN_SOURCE', `${at} does not say which architectures it has`, {
      hint: 'name them with `arch` in the pins, or with --arch',
    });
  const arches = stated ?? ARCHES.filter((arch) => offered.includes(arch));
  const lacking = offered.length === 0 ? [] : arches.filter((arch) => !offered.includes(arch));
  if (lacking.length > 0)
    throw new Problem('ARCH_NOT_IN_SOURCE', `${at} has nothing for ${lacking.join(' and ')}`, {
      hint: 'say beside it with `arch` which boards it is for',
    });
  return arches;
};

/** Reads one release and makes sure that it counts, and is the one that the pins mean. */
const openArchive = async (pin: DebPins[number], of: ReadArchives): Promise<OpenArchive> => {
  const at = placeIn(pin.archive, releaseFolder(pin.suite));
  const { text, digest } = await of.archives.release(at, pin.keyring);
  of.tell(`release of ${at}: ${digest}`);
  if (pin.release !== undefined && digest !== `sha256:${pin.release}`)
    throw new Problem(
      'ARCHIVE_MOVED',
      `${at}: its release is ${digest}, the pins name sha256:${pin.release}`,
      { hint: 'pin the new one, or name a snapshot of the archive that keeps the old one' },
    );
  const release = readDebianRelease(text);
  const stale =
    pin.release === undefined ? staleness(release, { at, suite: pin.suite, now: of.now }) : undefined;
  if (stale) throw stale;
  return { pin, release, arches: archesFor(at, { pin, release }, of.arches) };
};

/** Reads the releases of all archives; everything that is wrong with them at once. */
export const openArchives = async (pins: DebPins, of: ReadArchives): Promise<readonly OpenArchive[]> => {
  const opened: OpenArchive[] = [];
  const errors: unknown[] = [];
  for (const pin of pins)
    try {
      opened.push(await openArchive(pin, of));
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw new AggregateError(errors);
  return opened;
};

/** All packages that an archive has for boards of an architecture; `place` is the archive's place among the others. */
export const packagesOf = async (
  { pin, release }: OpenArchive,
  arch: Arch,
  place: number,
  archives: DebianArchives,
): Promise<readonly ArchivedPackage[]> => {
  const { indexes, lacking } = indexesOf(release, { suite: pin.suite, components: pin.components, arch });
  if (lacking.length > 0)
    throw new Problem('SOURCE_UNAVAILABLE', `${pin.archive} ${pin.suite} has no ${lacking.join(', no ')}`, {
      hint: isFlat(pin.suite) ? 'its release names no index by SHA256' : 'check `components` in the pins',
    });
  const found: ArchivedPackage[] = [];
  for (const { forms, most } of indexes) {
    const places = forms.map(({ paths, ...form }) => ({
      ...form,
      from: paths.map((path) => placeIn(pin.archive, path)),
    }));
    for (const fields of paragraphs(await archives.index(places, most))) {
      const one = readArchived(fields, arch, place);
      if (one) found.push(one);
    }
  }
  return found;
};
