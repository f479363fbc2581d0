import { execa } from 'execa';
import { expect } from 'vitest';
import { execOn } from '../../lab.ts';
import { layout } from '../../layout.ts';
import { until } from '../../progress.ts';

/** One machine of the contract's lab, driven past ssh. */
export type Node = {
  readonly name: string;
  readonly address: string;
  /** Runs a script as root and gives what it printed; a failure fails the test. */
  readonly run: (script: string, input?: string) => Promise<string>;
  /** The same, whatever comes of it: exit status, stdout and stderr. */
  readonly attempt: (script: string) => Promise<{ exitCode: number; text: string }>;
};

/** The three machines: a server, an agent, an etcd-only server. Filled before the first test. */
export type Cluster = { server: Node; agent: Node; witness: Node };

/** The node `name` of a lab, with k3s's binary and images on it. */
export const makeNode = async (
  lab: string,
  name: string,
  address: string,
  release: string,
): Promise<Node> => {
  const run = async (script: string, input?: string) => {
    const said = await execOn(lab, name, ['sh', '-ec', script], input);
    expect(said, script).toMatchObject({ exitCode: 0 });
    return said.stdout;
  };
  const attempt = async (script: string) => {
    const { exitCode, stdout, stderr } = await execOn(lab, name, ['sh', '-c', script]);
    return { exitCode, text: stdout + stderr };
  };
  await run('mkdir -p /etc/rancher/k3s /var/lib/rancher/k3s/agent/images');
  const container = layout(lab).container(name);
  await execa('podman', ['cp', `${release}/k3s`, `${container}:/usr/local/bin/k3s`]);
  const images = 'k3s-airgap-images-amd64.tar.zst';
  await execa('podman', ['cp', `${release}/${images}`, `${container}:/var/lib/rancher/k3s/agent/images/`]);
  return { name, address, run, attempt };
};

/** Writes config.yaml and the unit, in the shape that the official installer gives it. */
export const configure = async (node: Node, role: 'server' | 'agent', yaml: string) => {
  const unit = role === 'server' ? 'k3s' : 'k3s-agent';
  await node.run('umask 077; cat > /etc/rancher/k3s/config.yaml', yaml);
  await node.run(
    `cat > /etc/systemd/system/${unit}.service; systemctl daemon-reload`,
    `[Service]
Type=${role === 'server' ? 'notify' : 'exec'}
EnvironmentFile=-/etc/systemd/system/${unit}.service.env
KillMode=process
Delegate=yes
LimitNOFILE=1048576
TasksMax=infinity
TimeoutStartSec=0
Restart=always
RestartSec=1s
ExecStart=/usr/local/bin/k3s ${role}
`,
  );
};

/** Waits until the unit's journal has the text. */
export const says = async (node: Node, text: RegExp, seconds = 120) => {
  let journal = '';
  const found = await until(seconds, async () => {
    journal = await node.run("journalctl --no-pager --output cat -u 'k3s*' | grep level= || true");
    return text.test(journal) || undefined;
  });
  expect(found, `${text} in:\n${journal.slice(-3000)}`).toBe(true);
};

/** Waits until a script succeeds and gives what it printed. */
export const eventually = async (node: Node, script: string, seconds = 60): Promise<string> => {
  let last = '';
  const found = await until(seconds, async () => {
    const { exitCode, text } = await node.attempt(script);
    last = text;
    return exitCode === 0 ? text : undefined;
  });
  expect(found, `${script}: ${last}`).toBeDefined();
  return (found ?? '').trim();
};

/** Whether a node of the cluster is Ready, as a script for `eventually`. */
export const ready = (name: string) => `k3s kubectl get node ${name} --no-headers | grep -qw Ready`;
