import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Peer, runOn } from './peer.ts';
import { openSshd, SSH_NEEDS } from './sshd.ts';

const VERSION = '2.19.14';

const venv = (): string => {
  const { EDGECTL_CACHE, XDG_CACHE_HOME } = process.env;
  const cache = EDGECTL_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'edgectl');
  return join(cache, `ansible-core-${VERSION}`);
};

const program = (): string => join(venv(), 'bin/ansible');

/** Ansible from pip, kept outside the checkout. */
const install = async (): Promise<void> => {
  const { failed } = await execa(program(), ['--version'], { reject: false });
  if (!failed) return;
  await execa('python3', ['-m', 'venv', '--clear', venv()]);
  await execa(join(venv(), 'bin/pip'), ['install', '--quiet', `ansible-core==${VERSION}`]);
};

/** Ansible's module `copy`, with a fork a node. */
export const ansible: Peer = {
  name: 'ansible',
  needs: [...SSH_NEEDS, ['python3', 'python3-venv']],
  install,
  async prepare(site) {
    const config = await openSshd(site);
    const home = join(site.folder, 'home');
    await mkdir(home);
    const lines = site.nodes.map((node) => `${site.network.addressOf(node)} copy=${site.copyOn(node)}\n`);
    await writeFile(join(home, 'hosts'), lines.join(''));
    return () =>
      runOn(
        site,
        0,
        [
          ...[program(), 'all', '--inventory', join(home, 'hosts'), '--forks', String(site.nodes.length)],
          ...['--ssh-common-args', `-F ${config}`, '--module-name', 'copy'],
          ...['--args', `src=${site.payload} dest={{copy}}`],
        ],
        {
          ANSIBLE_HOME: home,
          ANSIBLE_LOCAL_TEMP: join(home, 'local'),
          ANSIBLE_REMOTE_TMP: join(home, 'remote'),
          ANSIBLE_SSH_CONTROL_PATH_DIR: join(home, 'cp'),
          ANSIBLE_PYTHON_INTERPRETER: join(venv(), 'bin/python3'),
          ANSIBLE_PIPELINING: 'True',
        },
      );
  },
};
