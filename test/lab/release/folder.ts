import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { execa } from 'execa';
import { LabProblem } from '../lab-problem.ts';
import { downloadRelease } from './download.ts';

/** A folder laid out like one k3s release, and the version it is. */
export type Release = { readonly folder: string; readonly version: string };

const versionPattern = /^v\d+\.\d+\.\d+(-[a-z0-9.]+)?\+k3s\d+$/;
const standIn = join(import.meta.dirname, '..', 'k3s', 'build.sh');

const buildStandIn = async (arch: 'amd64' | 'arm64') => {
  const built = await execa(standIn, [arch], { stdin: 'ignore', stderr: 'inherit', reject: false });
  const folder = built.stdout?.trim().split('\n').at(-1);
  if (built.exitCode === 0 && folder) return folder;
  // Its own last line tells why, and the ways out.
  throw new LabProblem('the k3s stand-in could not be built; --no-k3s makes a lab without k3s');
};

/** A release folder is named after its version, or its own k3s tells. */
const versionOf = async (folder: string) => {
  if (versionPattern.test(basename(folder))) return basename(folder);
  const said = await execa(join(folder, 'k3s'), ['--version'], { reject: false });
  const version = said.stdout?.split(/\s+/).find((word) => versionPattern.test(word));
  if (version !== undefined) return version;
  throw new LabProblem(
    `${folder} does not tell its k3s version: name the folder after it, v1.34.2+k3s1 for instance`,
  );
};

/** The stand-in of this machine's architecture, with that of emulated boards beside it where a lab has some. */
const standInFolder = async (withArm: boolean) => {
  const folder = await buildStandIn('amd64');
  if (withArm) await buildStandIn('arm64');
  return folder;
};

/** The k3s release the lab offers: EDGECTL_LAB_K3S (a folder or a version), else the stand-in, built now if need be. */
export const k3sRelease = async (
  wanted = process.env['EDGECTL_LAB_K3S'],
  withArm = false,
): Promise<Release> => {
  if (wanted && versionPattern.test(wanted))
    return { folder: await downloadRelease(wanted), version: wanted };
  const folder = resolve(wanted || (await standInFolder(withArm)));
  const there = await stat(folder).catch(() => undefined);
  if (!there?.isDirectory() || !(await readdir(folder)).includes('k3s'))
    throw new LabProblem(
      `${folder} is no k3s release folder (it has no file k3s): EDGECTL_LAB_K3S wants such a folder, or a version`,
    );
  return { folder, version: await versionOf(folder) };
};
