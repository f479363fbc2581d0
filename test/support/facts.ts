import type { Question } from '../../src/engine/fact.ts';
import { chrony } from '../../src/facts/chrony.ts';
import { clockSkew } from '../../src/facts/date.ts';
import { container } from '../../src/facts/detect-virt.ts';
import { freeDisk } from '../../src/facts/df.ts';
import { fileState } from '../../src/facts/file-state.ts';
import { hostname } from '../../src/facts/hostname.ts';
import { hostsFile } from '../../src/facts/hosts-file.ts';
import { addresses, defaultRoute, vxlan } from '../../src/facts/ip.ts';
import { keptState } from '../../src/facts/kept-state.ts';
import { linkSpeed } from '../../src/facts/link-speed.ts';
import { machine } from '../../src/facts/machine.ts';
import { kernelModules } from '../../src/facts/modprobe.ts';
import { resolvConf } from '../../src/facts/resolv-conf.ts';
import { rootWorks } from '../../src/facts/sudo.ts';
import { sysctlFile, sysctls } from '../../src/facts/sysctl.ts';
import { unitState } from '../../src/facts/systemctl.ts';
import { architecture } from '../../src/facts/uname.ts';

/** Every question there is, one of a kind: the contract test wants cases for these and no others. */
export const facts: readonly Question[] = [
  addresses,
  architecture,
  chrony,
  clockSkew,
  container,
  defaultRoute,
  fileState({ path: '/etc/edgectl', mode: '0644', content: ['text'] }),
  freeDisk,
  hostname,
  hostsFile,
  keptState('crossing-17'),
  kernelModules('overlay'),
  linkSpeed,
  machine,
  resolvConf,
  rootWorks,
  sysctlFile('/etc/sysctl.d/90-edgectl.conf'),
  sysctls('net.ipv4.ip_forward'),
  unitState('k3s.service'),
  vxlan,
];
