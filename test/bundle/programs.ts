import { execa } from 'execa';

const isThere = async (program: string) =>
  (await execa('which', [program], { reject: false })).exitCode === 0;

/** Installs the Debian packages whose programs this machine lacks; the tests run as root. */
export const ensurePrograms = async (programs: Readonly<Record<string, string>>): Promise<void> => {
  const there = await Promise.all(Object.keys(programs).map(isThere));
  const missing = Object.values(programs).filter((_, index) => !there[index]);
  if (missing.length === 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await execa('apt-get', ['update', '-qq'], { reject: false });
  await execa(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...missing],
    { env },
  );
};
