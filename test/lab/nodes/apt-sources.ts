import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { LabProblem } from '../lab-problem.ts';

const keyrings: Readonly<Record<string, string>> = {
  Debian: '/usr/share/keyrings/debian-archive-keyring.gpg',
  Ubuntu: '/usr/share/keyrings/ubuntu-archive-keyring.gpg',
};

const format = ['$(CREATED_BY)', '$(ORIGIN)', '$(REPO_URI)', '$(RELEASE)', '$(COMPONENT)'].join('|');

const indexTargets = async () => {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', format]);
  return [...new Set(stdout.split('\n'))].map((line) => line.split('|'));
};

/** The code name of this machine's own release, `bookworm` for instance: the nodes run the same. */
export const hostSuite = async (): Promise<string> => {
  const release = await readFile('/etc/os-release', 'utf8');
  const suite = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(release)?.[1];
  if (suite === undefined)
    throw new LabProblem('the lab needs Debian or Ubuntu: /etc/os-release names no release');
  return suite;
};

/** The sources.list lines of this machine's own apt that belong to its distribution. */
export const aptSources = async (suite: string): Promise<readonly string[]> => {
  const read = async () =>
    (await indexTargets()).flatMap(([kind, origin = '', uri, name = '', component]) => {
      const keyring = keyrings[origin];
      const ours = kind === 'Packages' && keyring && name.startsWith(suite) && !name.endsWith('-backports');
      return ours ? [`deb [signed-by=${keyring}] ${uri} ${name} ${component}`] : [];
    });
  const known = await read();
  if (known.length > 0) return known.sort();
  // apt knows an archive's origin only from its index.
  await execa('apt-get', ['update', '-qq'], { reject: false });
  const lines = await read();
  if (lines.length > 0) return lines.sort();
  throw new LabProblem(
    `the nodes are made from this machine's own package sources, and apt names none for ${suite}`,
  );
};
