import { remove } from '../commands/rm.ts';
import { applySettings, SETTINGS, settingsFile } from '../commands/sysctl.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { container } from '../facts/detect-virt.ts';
import { sysctlFile, sysctls } from '../facts/sysctl.ts';
import { type Cluster, nodes } from '../spec/cluster.ts';

interface Setting {
  readonly key: string;
  /** A higher value is as good and is left alone. */
  readonly least: number;
  /** Of the whole kernel, so nothing that a container may set. */
  readonly global: boolean;
}

/** What pods need to reach each other, and what the kubelet's and containerd's watches of many files take. */
const SETTINGS_WANTED: readonly Setting[] = [
  { key: 'net.ipv4.ip_forward', least: 1, global: false },
  { key: 'net.bridge.bridge-nf-call-iptables', least: 1, global: false },
  { key: 'net.bridge.bridge-nf-call-ip6tables', least: 1, global: false },
  { key: 'fs.inotify.max_user_instances', least: 1024, global: true },
  { key: 'fs.inotify.max_user_watches', least: 524_288, global: true },
];

/** Sets the kernel's settings, now and at every boot; one that the kernel does not have is left out. */
export const setSysctl = definePhase({
  id: 'set-sysctl',
  title: 'Set kernel settings',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster),
  facts: () => ({
    now: sysctls(...SETTINGS_WANTED.map(({ key }) => key)),
    file: sysctlFile(SETTINGS),
    container,
  }),

  *plan({ facts }) {
    const now = facts.now === 'absent' ? {} : facts.now;
    const file = facts.file === 'absent' ? {} : facts.file;
    const settings = SETTINGS_WANTED.filter(
      ({ key, global }) => key in now && !(global && facts.container === 'yes'),
    );
    const short = settings.filter(
      ({ key, least }) => (now[key] ?? least) < least || (file[key] ?? least) < least,
    );
    if (short.length === 0) return;

    const ours = settings.filter((setting) => short.includes(setting) || setting.key in file);
    yield {
      says: `write ${SETTINGS}`,
      run: { file: settingsFile(ours.map(({ key, least }) => [key, least])) },
      ...(facts.file === 'absent' ? { undo: remove(SETTINGS) } : {}),
    };
    yield { says: 'apply the kernel settings', run: { command: applySettings } };
  },
});
