import * as hostnamectl from '../commands/hostnamectl.ts';
import { nameOwnAddress } from '../commands/hosts-file.ts';
import type { Known } from '../decisions/index.ts';
import { definePhase } from '../engine/phase.ts';
import { hostname } from '../facts/hostname.ts';
import { hostsFile } from '../facts/hosts-file.ts';
import { type Cluster, nodes } from '../spec/cluster.ts';

/** Gives every host the name that the cluster file has for it. */
export const setHostname = definePhase({
  id: 'set-hostname',
  title: 'Set hostnames',
  hosts: (cluster: Cluster, _known: Known) => nodes(cluster).filter(({ name }) => name !== undefined),
  facts: () => ({ hostname, hostsFile }),

  *plan({ host: { name }, facts }) {
    if (name === undefined) return;
    // First, because sudo looks its machine's name up and waits for DNS where it does not find it.
    if (facts.hostsFile === 'absent' || !facts.hostsFile.includes(name))
      yield { says: `name ${name} in /etc/hosts`, run: { command: nameOwnAddress(name) } };
    if (facts.hostname === 'absent' || facts.hostname.current !== name || facts.hostname.atBoot !== name)
      yield { says: `set the hostname to ${name}`, run: { command: hostnamectl.setHostname(name) } };
  },
});
