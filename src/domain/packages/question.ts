import * as z from 'zod';
import { readApkInstalled } from './apk-installed.ts';
import { readCopyright } from './copyright.ts';
import { readDpkgStatus } from './dpkg-status.ts';
import { OsPackage, OsRelease } from './os-package.ts';
import { readOsRelease } from './os-release.ts';

const KIB = 1 << 10;
const MIB = 1 << 20;

/** Where a whole status of dpkg lies. */
export const STATUS = 'var/lib/dpkg/status';
/** Where distroless images have a file for each package. */
export const STATUS_FOLDER = 'var/lib/dpkg/status.d';
/** Where the database of apk lies, in older images and in those with a merged /usr. */
export const APK = ['lib/apk/db/installed', 'usr/lib/apk/db/installed'] as const;
/** Where os-release lies, the first that is there counts. */
export const OS_RELEASE = ['etc/os-release', 'usr/lib/os-release'] as const;
const DOCS = 'usr/share/doc';

/** Where the copyright of a Debian package lies. */
export const copyrightOf = (name: string): string => `${DOCS}/${name}/copyright`;

const Reading = z.union([
  z.strictObject({ packages: z.array(OsPackage).readonly() }),
  z.strictObject({ licences: z.array(z.string()).readonly() }),
  z.strictObject({ system: OsRelease }),
]);

/** What one file of a layer says of packages. */
export type Reading = Readonly<z.infer<typeof Reading>>;

const Entries = z.array(
  z.union([
    z.strictObject({ path: z.string(), value: Reading }),
    z.strictObject({ path: z.string(), link: z.string() }),
    z.strictObject({ path: z.string(), is: z.enum(['folder', 'other', 'unread', 'gone', 'opaque']) }),
  ]),
);

const FIXED: ReadonlyMap<string, number> = new Map([
  [STATUS, 64 * MIB],
  ...APK.map((path) => [path, 64 * MIB] as const),
  ...OS_RELEASE.map((path) => [path, 64 * KIB] as const),
]);

const FOLDERS = new Set(
  [...FIXED.keys(), `${STATUS_FOLDER}/x`, `${DOCS}/x`].flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
  }),
);

const limit = (path: string): number | undefined => {
  const fixed = FIXED.get(path);
  if (fixed !== undefined) return fixed;
  if (path.startsWith(`${STATUS_FOLDER}/`))
    return path.endsWith('.md5sums') || path.slice(STATUS_FOLDER.length + 1).includes('/') ? undefined : MIB;
  return /^usr\/share\/doc\/[^/]+\/copyright$/.test(path) ? MIB : undefined;
};

const read = (path: string, content: string): Reading | undefined => {
  if (path === STATUS || path.startsWith(`${STATUS_FOLDER}/`)) return { packages: readDpkgStatus(content) };
  if (APK.some((one) => one === path)) return { packages: readApkInstalled(content) };
  if (path.startsWith(`${DOCS}/`)) {
    const licences = readCopyright(content);
    return licences && { licences };
  }
  const system = readOsRelease(content);
  return system && { system };
};

/** Which files of a layer say what an image has installed (a `LayerQuestion`), and what they say. */
export const PACKAGE_QUESTION = {
  id: 'packages-1',
  limit,
  matters: (path: string): boolean =>
    FOLDERS.has(path) || limit(path) !== undefined || /^usr\/share\/doc\/[^/]+$/.test(path),
  read,
  kept: (value: unknown): z.infer<typeof Entries> | undefined => Entries.safeParse(value).data,
} as const;
