import { execOn, type LabSummary } from '../lab/lab.ts';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs kubectl as root on a node of the lab, past edgectl. */
export const kubectl = async (lab: string, node: string, ...words: readonly string[]): Promise<string> => {
  const { stdout, stderr, exitCode } = await execOn(lab, node, ['/usr/local/bin/k3s', 'kubectl', ...words]);
  if (exitCode !== 0) throw new Error(`kubectl ${words.join(' ')} on ${node}: ${stderr}`);
  return stdout;
};

/** The invocation of every k3s unit: it changes when a service is started again. */
export const invocations = async ({ name, nodes }: LabSummary): Promise<Readonly<Record<string, string>>> => {
  const pairs = nodes.map(async (node) => {
    const { stdout } = await execOn(name, node.name, [
      'systemctl',
      'show',
      '--property=InvocationID,NRestarts',
      'k3s',
      'k3s-agent',
    ]);
    return [node.name, stdout] as const;
  });
  return Object.fromEntries(await Promise.all(pairs));
};

/** Waits until something holds and gives the seconds it took; throws what was last wrong. */
export const within = async (
  seconds: number,
  what: string,
  holds: () => Promise<unknown>,
): Promise<number> => {
  const began = Date.now();
  let last: unknown;
  while (Date.now() - began < seconds * 1000) {
    try {
      if (await holds()) return (Date.now() - began) / 1000;
    } catch (error) {
      last = error;
    }
    await sleep(250);
  }
  throw new Error(`${what}: not within ${seconds} s${last === undefined ? '' : ` (${last})`}`);
};

const POD = (node: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `echo-${node}`, labels: { app: 'echo' } },
  spec: {
    nodeName: node,
    terminationGracePeriodSeconds: 0,
    tolerations: [{ operator: 'Exists' }],
    containers: [
      {
        name: 'echo',
        image: 'edgectl/echo:1',
        imagePullPolicy: 'IfNotPresent',
        ports: [{ containerPort: 8080 }],
      },
    ],
  },
});

const SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'echo' },
  spec: { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 8080 }] },
};

/** Puts a small web server on every node, behind one Service, and waits for it. */
export const deployEcho = async (lab: string, at: string, nodes: readonly string[]): Promise<void> => {
  const manifest = { apiVersion: 'v1', kind: 'List', items: [SERVICE, ...nodes.map(POD)] };
  const applied = await execOn(
    lab,
    at,
    ['/usr/local/bin/k3s', 'kubectl', 'apply', '-f', '-'],
    JSON.stringify(manifest),
  );
  if (applied.exitCode !== 0) throw new Error(applied.stderr);
  await kubectl(lab, at, 'wait', '--for=condition=Ready', 'pod', '-l', 'app=echo', '--timeout=120s');
};

/**
 * Whether the pod on a node resolves a Service by its name. It is asked through the node's own containerd, past the API:
 * a dead master must not hide what the pod sees.
 */
export const resolves = async (lab: string, node: string): Promise<boolean> => {
  // After a reboot the containers of before are still listed, without a task that runs.
  const script = `for id in $(k3s ctr containers list | awk '/edgectl\\/echo/ {print $1}'); do
  k3s ctr tasks list | grep -q "^$id .*RUNNING" || continue
  k3s ctr tasks exec --exec-id "probe-$$" "$id" /echo resolve kubernetes.default.svc.cluster.local
done`;
  const { stdout } = await execOn(lab, node, ['timeout', '4', 'sh', '-c', script]);
  return stdout.trim() === '10.43.0.1';
};
