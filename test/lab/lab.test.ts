import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knock } from './knock.ts';
import {
  execOn,
  fault,
  type LabSummary,
  labDown,
  labStatus,
  labUp,
  passphrase,
  ringLab,
  sshCommand,
  users,
} from './lab.ts';
import { podman } from './podman.ts';

let lab: LabSummary;
beforeAll(async () => {
  lab = await ringLab('lab', { boards: 1, k3s: false });
});
afterAll(() => labDown(lab.name));

const ssh = async (
  node: string,
  command: string,
  options: { user?: string; key?: string; input?: string } = {},
) => {
  const { input, ...rest } = options;
  const [program = 'ssh', ...parts] = await sshCommand(lab.name, node, rest);
  return execa(program, [...parts, command], { reject: false, ...(input === undefined ? {} : { input }) });
};

const everywhere = async (...argv: string[]) => {
  const said = await Promise.all(lab.nodes.map(({ name }) => execOn(lab.name, name, argv)));
  return said.map(({ stdout }) => stdout.trim());
};

const starts = () =>
  podman(
    'inspect',
    '--format',
    '{{.Id}} {{.State.StartedAt}}',
    ...lab.nodes.flatMap((it) => it.container ?? []),
  );

describe('a lab', () => {
  it('is not changed by a second up', async () => {
    const before = [await starts(), (await stat(lab.file)).mtimeMs];
    expect(await labUp({ name: lab.name, k3s: false })).toEqual(lab);
    expect([await starts(), (await stat(lab.file)).mtimeMs]).toEqual(before);
  });

  it('has a control node and boards, each with an identity of its own', async () => {
    expect(lab.nodes.map(({ name }) => name)).toEqual(['control', 'board-1']);
    expect(await everywhere('hostname')).toEqual(['control', 'board-1']);
    for (const file of [
      '/etc/machine-id',
      '/etc/ssh/ssh_host_ed25519_key.pub',
      '/sys/class/net/eth0/address',
    ])
      expect(new Set(await everywhere('cat', file)).size).toBe(2);
  });

  it('pins whole host keys in cluster.yaml and known_hosts', async () => {
    const [cluster, known] = await Promise.all([
      readFile(lab.file, 'utf8'),
      readFile(join(dirname(lab.file), 'known_hosts'), 'utf8'),
    ]);
    for (const key of await everywhere('cut', '-d ', '-f1,2', '/etc/ssh/ssh_host_ed25519_key.pub')) {
      expect(cluster).toContain(`hostKey: ${key}`);
      expect(known).toContain(key);
    }
  });

  it('lets ubuntu use sudo without a password, by every kind of key', async () => {
    for (const key of ['id_ed25519', 'id_rsa', 'id_ecdsa']) {
      const said = await ssh('board-1', 'sudo -n id -un', { key: join(dirname(lab.file), key) });
      expect([said.stdout, said.stderr]).toEqual(['root', '']);
    }
  });

  it('takes a key with a passphrase too', async () => {
    const key = join(dirname(lab.file), 'id_passphrase');
    const opened = await execa('ssh-keygen', ['-y', '-P', passphrase, '-f', key]);
    const [authorized] = await everywhere('cat', '/home/ubuntu/.ssh/authorized_keys');
    expect(authorized).toContain(opened.stdout);
    await expect(execa('ssh-keygen', ['-y', '-P', '', '-f', key])).rejects.toThrow('incorrect passphrase');
  });

  it('lets engineer use sudo with her password only', async () => {
    const { name, password } = users.engineer;
    expect((await ssh('board-1', 'sudo -k -n true', { user: name })).exitCode).toBe(1);
    expect(
      (await ssh('board-1', "sudo -k -S -p '' id -un", { user: name, input: `${password}\n` })).stdout,
    ).toBe('root');
    expect((await ssh('board-1', "sudo -k -S -p '' id -un", { user: name, input: 'wrong\n' })).exitCode).toBe(
      1,
    );
  });

  it('keeps the clock and the kernel of this machine out of reach', async () => {
    const said = await execOn(lab.name, 'board-1', ['date', '--set', '12:00']);
    expect(said.stderr).toContain('Operation not permitted');
    const capabilities = (await everywhere('sed', '-n', 's/^CapBnd:\\s*//p', '/proc/1/status')).map((hex) =>
      BigInt(`0x${hex}`),
    );
    for (const number of [16n, 25n]) for (const set of capabilities) expect((set >> number) & 1n).toBe(0n);
  });

  it('has settled systemds, a default route and a name server that is not loopback', async () => {
    for (const state of await everywhere('systemctl', 'is-system-running', '--wait'))
      expect(state).toBe('running');
    for (const route of await everywhere('ip', 'route', 'show', 'default'))
      expect(route).toContain('dev eth0');
    for (const resolver of await everywhere('cat', '/etc/resolv.conf'))
      expect(resolver).toMatch(/^nameserver (?!127\.)/m);
  });

  it('keeps a host name that is given to a node, as a board does', async () => {
    await ssh('board-1', 'sudo hostnamectl set-hostname north');
    await fault(lab.name, 'board-1', 'power-off');
    await fault(lab.name, 'board-1', 'power-on');
    expect((await ssh('board-1', 'hostname; cat /etc/hostname')).stdout).toBe('north\nnorth');
    expect((await ssh('board-1', 'sudo hostnamectl set-hostname board-1')).exitCode).toBe(0);
  });
});

describe('a fault', () => {
  const board = 'board-1';
  const strike = (kind: string) => fault(lab.name, board, kind);
  const knocked = () => knock(lab.nodes.at(-1)?.address ?? '');

  it('power-off is sudden, and power-on keeps disk, address and identity', async () => {
    const identity = async () =>
      (
        await execOn(lab.name, board, [
          'sh',
          '-c',
          'cat /etc/machine-id /sys/class/net/eth0/address; hostname -I',
        ])
      ).stdout;
    const before = await identity();
    await ssh(board, 'echo kept | sudo tee /var/lib/rancher/kept ~/kept /var/lib/kubelet/kept');
    await strike('power-off');
    await strike('power-off');
    expect((await labStatus(lab.name)).nodes.map(({ running }) => running)).toEqual([true, false]);
    expect(await knocked()).not.toBe('connected');
    await strike('power-on');
    await strike('power-on');
    expect(
      (await ssh(board, 'cat /var/lib/rancher/kept ~/kept; sudo cat /var/lib/kubelet/kept')).stdout,
    ).toBe('kept\nkept\nkept');
    expect(await identity()).toBe(before);
  });

  it('an up after power-off starts the node again', async () => {
    await strike('power-off');
    expect(await labUp({ name: lab.name, k3s: false })).toEqual(lab);
    expect(await knocked()).toBe('connected');
  });

  it('link-down takes the carrier away, link-up gives it back', async () => {
    const carrier = async () =>
      (await execOn(lab.name, board, ['cat', '/sys/class/net/eth0/carrier'])).stdout;
    await strike('link-down');
    await strike('link-down');
    expect(await carrier()).toBe('0');
    const ping = await execOn(lab.name, 'control', ['ping', '-c1', '-W1', lab.nodes[1]?.address ?? '']);
    expect(ping.exitCode).toBe(1);
    await strike('link-up');
    expect(await carrier()).toBe('1');
    expect(await knocked()).toBe('connected');
  });

  it('disk-full leaves no byte in /var/lib/rancher, disk-free gives them back', async () => {
    const write = () => ssh(board, 'echo 1 | sudo tee /var/lib/rancher/file');
    await strike('disk-full');
    await strike('disk-full');
    expect((await write()).stderr).toContain('No space left on device');
    expect((await ssh(board, 'echo 1 > ~/elsewhere')).exitCode).toBe(0);
    await strike('disk-free');
    expect((await write()).exitCode).toBe(0);
  });

  it('that needs a kernel of its own is refused with a sentence', async () => {
    await expect(strike('clock')).rejects.toThrow(
      "clock cannot be shown on a container node, which shares this machine's kernel",
    );
    await expect(strike('flood')).rejects.toThrow('flood is no fault of the lab: it knows power-off,');
    await expect(fault(lab.name, 'board-9', 'power-off')).rejects.toThrow(
      'has no node board-9: it has control, board-1',
    );
  });
});
