import * as z from 'zod';
import { ACCELERATORS } from './accelerators.ts';
import * as form from './formats.ts';
import { K3S_RELEASES } from './k3s-releases.ts';

const Bastion = z
  .strictObject({
    address: form.hostAddress.describe('Address or name of the machine to go through.'),
    port: form.port.optional().describe('Its SSH port; absent: what ~/.ssh/config says, else 22.'),
    user: form.user
      .optional()
      .describe('The user there; absent: what ~/.ssh/config says, else the same as on the hosts.'),
    hostKey: form.hostKey.optional().describe('Its key: SHA256:… or a whole public key line.'),
  })
  .describe('A machine to go through, for hosts that cannot be reached directly.');

const Ssh = z.strictObject({
  user: form.user.optional().describe('The user to log in as; absent: what ~/.ssh/config says, else root.'),
  port: form.port.optional().describe('The SSH port; absent: what ~/.ssh/config says, else 22.'),
  key: form.keyPath
    .optional()
    .describe('Path of a private key; absent: the SSH agent, then the usual files in ~/.ssh.'),
  bastion: Bastion.optional(),
});

const hostKey = form.hostKey
  .optional()
  .describe(
    "The machine's SSH key: SHA256:… or a whole public key line; absent: a known_hosts file has to know it.",
  );
const hostSsh = Ssh.optional().describe('How this machine is reached, where it differs from spec.ssh.');

const Control = z
  .strictObject({
    name: form.name.optional().describe("Its node name; absent: the machine's own host name."),
    address: form.address.describe("The control device's IPv4 address, as the boards reach it."),
    local: z.boolean().default(false).describe('edgectl runs on it, so it is reached without SSH.'),
    hostKey,
    ssh: hostSsh,
  })
  .describe("This site's control device: it keeps what edgectl knows of the cluster, and is the witness.");

const Host = z.strictObject({
  name: form.name.optional().describe("The node's name; absent: the machine's own host name."),
  address: form.address.describe("The board's IPv4 address."),
  role: z.enum(['auto', 'worker']).default('auto').describe('auto: may be elected a master. worker: never.'),
  hostKey,
  labels: z.record(form.labelKey, form.labelValue).default({}).describe('Kubernetes labels of the node.'),
  taints: z.array(form.taint).default([]).describe('Kubernetes taints of the node, as key=value:Effect.'),
  ssh: hostSsh,
});

const Masters = z
  .strictObject({
    elect: z
      .literal([1, 2])
      .optional()
      .describe('How many masters are elected: 2 (the default), or 1 (the default with ha: none).'),
    ha: z
      .enum(['witness', 'none'])
      .default('witness')
      .describe('witness: the control device is the third etcd member. none: one server, no spare.'),
    vip: form.address.optional().describe('An address of its own that whichever master lives answers on.'),
    schedulable: z.boolean().default(true).describe('Whether masters run workloads too.'),
  })
  .describe('The servers of the cluster.');

const passed = z.record(z.string(), z.unknown()).default({});

const K3s = z
  .strictObject({
    version: form.k3sVersion.describe('The k3s release, such as v1.34.2+k3s1.'),
    source: form.source
      .default(K3S_RELEASES)
      .describe('An address or a folder with k3s releases; a relative folder starts at this file.'),
    server: passed.describe("Keys for the config.yaml of every server, by k3s's own names."),
    agent: passed.describe("Keys for the config.yaml of every worker, by k3s's own names."),
    allowUnknownKeys: z
      .array(z.string())
      .default([])
      .describe('Keys of server and agent that are newer than this edgectl.'),
  })
  .describe('The k3s release and its configuration.');

const Bundle = z
  .strictObject({
    path: form.path.describe(
      'The bundle: a folder, a tar file, or the prefix of its parts; a relative path starts at this file.',
    ),
    trust: z
      .array(
        z.strictObject({
          id: z.string().min(1, { error: 'a name' }).describe("The key's name."),
          publicKey: form.ed25519.describe('The Ed25519 public key, as `edgectl bundle keygen` prints it.'),
          notAfter: form.day.optional().describe('The last day on which the key counts.'),
        }),
      )
      .default([])
      .describe('Whose signature counts.'),
  })
  .describe('Content that is brought along, in place of k3s.source.');

const Gpu = z
  .strictObject({
    runtime: z
      .enum(['auto', ...ACCELERATORS, 'none'])
      .default('auto')
      .describe(
        'The accelerator of the boards; auto: what each board has; one by its name: every board must have it.',
      ),
    shares: form.whole(1, 64).default(1).describe('How many workloads share one GPU by turns.'),
    defaultRuntime: z
      .boolean()
      .default(false)
      .describe('Whether every pod on a board with an accelerator gets its runtime without asking for it.'),
  })
  .describe('GPUs of the boards.');

const Time = z.strictObject({
  from: z
    .enum(['control', 'none'])
    .default('control')
    .describe('Whose clock the boards follow; none: leave it alone.'),
});

const Waive = z.strictObject({
  code: form
    .text(/^[A-Z][A-Z0-9_]*$/, 'the code of a check, such as DISK_EMMC')
    .describe('The code of the check that may fail.'),
  host: z.string().optional().describe('The name or address of the host it may fail on; absent: on any.'),
  reason: form.text(/\S/, 'a reason').describe('Why that is all right here; it is printed and kept.'),
});

const Hub = z
  .strictObject({
    url: form.hubUrl.describe("The hub's address."),
    tokenFile: form.path.describe('File with the one-time token; the token itself never stands here.'),
  })
  .describe('The tier above that this cluster registers with.');

/** The whole of a cluster file. */
export const ClusterFile = z.strictObject({
  apiVersion: z.literal('edgectl/v1').describe('The version of this file format.'),
  kind: z.literal('Cluster').describe('What this file describes.'),
  metadata: z
    .strictObject({ name: form.name.describe('The name of the cluster; unique among your sites.') })
    .describe('What the cluster is called.'),
  spec: z
    .strictObject({
      control: Control,
      ssh: Ssh.default({}).describe('How machines are reached, unless one says otherwise.'),
      hosts: z
        .array(Host.describe('One board.'))
        .min(1, { error: 'a list of at least one host' })
        .describe('The boards of the cluster.'),
      masters: Masters.prefault({}),
      k3s: K3s,
      bundle: Bundle.optional(),
      gpu: Gpu.prefault({}),
      time: Time.prefault({}).describe('How clocks are kept right.'),
      preflight: z
        .strictObject({ waive: z.array(Waive).default([]).describe('Checks that may fail.') })
        .prefault({})
        .describe('What is checked before anything is changed.'),
      hub: Hub.optional(),
    })
    .describe('What the cluster is to be.'),
});

/** A cluster file that matches its schema, defaults filled in. */
export type ClusterFile = z.infer<typeof ClusterFile>;

/** One host as it stands in a cluster file. */
export type HostEntry = z.input<typeof Host>;

/** The JSON Schema (draft 2020-12) of a cluster file, for editors. */
export const clusterJsonSchema = (): object => ({
  ...z.toJSONSchema(ClusterFile, { io: 'input' }),
  title: 'edgectl cluster file',
  description: 'What a k3s micro-cloud is to be: its machines, its masters and its k3s release.',
});
