import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** apt with folders of its own, and a scratch root that it installs into. */
export interface Apt {
  readonly root: string;
  /** What `apt-get install` would install, as `name version`, sorted. */
  wouldInstall(packages: readonly string[]): Promise<readonly string[]>;
  /** Installs files, with apt and dpkg, into the scratch root. */
  install(files: readonly string[]): Promise<void>;
  /** What dpkg says that the scratch root has, as `name version status`, sorted. */
  installed(): Promise<readonly string[]>;
}

/** Makes one of an architecture. `source` is a line of sources.list; without it apt knows no archive at all. */
export const scratchApt = async (
  root: string,
  of: { readonly arch: string; readonly source?: string; readonly status?: string },
): Promise<Apt> => {
  const admin = join(root, 'var/lib/dpkg');
  for (const folder of ['apt/lists/partial', 'apt/cache/archives/partial', 'apt/etc/preferences.d'])
    await mkdir(join(root, folder), { recursive: true });
  for (const folder of ['updates', 'info', 'triggers']) await mkdir(join(admin, folder), { recursive: true });
  await writeFile(join(admin, 'status'), of.status ?? '');
  await writeFile(join(root, 'apt/sources.list'), of.source ? `${of.source}\n` : '');
  await writeFile(
    join(root, 'apt/apt.conf'),
    `Dir::Etc "${root}/apt/etc";
Dir::Etc::main "-";
Dir::Etc::parts "-";
Dir::Etc::sourcelist "${root}/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "${root}/apt/lists";
Dir::State::status "${admin}/status";
Dir::State::extended_states "${root}/apt/extended_states";
Dir::Cache "${root}/apt/cache";
Dir::Log "${root}/apt";
APT::Architecture "${of.arch}";
APT::Architectures { "${of.arch}"; };
APT::Sandbox::User "root";
APT::Install-Recommends "false";
DPkg::Options { "--root=${root}"; };
`,
  );
  // The settings of this machine's own apt are left out of it.
  const env = { LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive', APT_CONFIG: join(root, 'apt/apt.conf') };
  const apt = (...words: readonly string[]) => execa('apt-get', ['-y', '-qq', ...words], { env });
  if (of.source) await apt('update');
  return {
    root,
    async wouldInstall(packages) {
      const { stdout } = await apt('--simulate', 'install', ...packages);
      const found = [...stdout.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)];
      return found.map(([, name, version]) => `${name?.replace(/:\w+$/, '')} ${version}`).sort();
    },
    async install(files) {
      await apt('install', ...files);
    },
    async installed() {
      const format = '-f=${Package} ${Version} ${db:Status-Status}\\n';
      const { stdout } = await execa('dpkg-query', [`--admindir=${admin}`, '-W', format], { env });
      return stdout.split('\n').sort();
    },
  };
};
