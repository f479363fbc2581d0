import type { Decision } from '../engine/decision.ts';
import type { Answers } from '../engine/fact.ts';
import { clockSkew, isClockOff } from '../facts/date.ts';
import { container } from '../facts/detect-virt.ts';
import { freeDisk } from '../facts/df.ts';
import { defaultRoute, vxlan } from '../facts/ip.ts';
import { machine } from '../facts/machine.ts';
import { resolvConf } from '../facts/resolv-conf.ts';
import { rootWorks } from '../facts/sudo.ts';
import { architecture } from '../facts/uname.ts';
import { type Cluster, type Host, nodes } from '../spec/cluster.ts';

/** One check of one host. Codes are stable; a warning does not keep a host out of the cluster. */
export interface Check {
  readonly code: string;
  readonly host: string;
  readonly severity: 'error' | 'warning';
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string;
}

const facts = {
  rootWorks,
  machine,
  architecture,
  freeDisk,
  clockSkew,
  container,
  defaultRoute,
  resolvConf,
  vxlan,
};
type Found = Answers<typeof facts>;

/** What a check finds: the message, which is also said when all is well, and how to mend it when it is not. */
interface Finding {
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string;
}

interface Rule {
  readonly code: string;
  readonly severity: Check['severity'];
  judge(found: Found, at: { readonly cluster: Cluster; readonly host: Host }): Finding;
}

/** MiB that k3s itself and one small pod need. */
const LEAST_MEMORY = 512;
/** MiB for the binary, what it unpacks, and the images of the system. */
const LEAST_DISK = 1024;

const archOf = ({ architecture: found }: Found): string =>
  found === 'absent' ? 'unknown' : 'arch' in found ? found.arch : found.other;

const RULES: readonly Rule[] = [
  {
    code: 'SUDO',
    severity: 'error',
    judge: ({ rootWorks: works }) =>
      works === 'yes'
        ? { ok: true, message: 'commands run as root' }
        : {
            ok: false,
            message: 'commands do not run as root',
            hint: 'give the SSH user sudo, and its password as EDGECTL_SUDO_PASSWORD if it needs one',
          },
  },
  {
    code: 'ARCHITECTURE',
    severity: 'error',
    judge: (found) => {
      const ok = found.architecture !== 'absent' && 'arch' in found.architecture;
      return ok
        ? { ok, message: archOf(found) }
        : {
            ok,
            message: `${archOf(found)} is not supported`,
            hint: 'edgectl needs a 64-bit ARM or x86 system',
          };
    },
  },
  {
    code: 'MEMORY',
    severity: 'error',
    judge: ({ machine: its }) => {
      const memory = its === 'absent' ? 0 : its.memory;
      const ok = memory >= LEAST_MEMORY;
      return {
        ok,
        message: `${memory} MiB of memory`,
        ...(ok ? {} : { hint: `a node needs ${LEAST_MEMORY} MiB` }),
      };
    },
  },
  {
    code: 'MACHINE_ID',
    severity: 'error',
    judge: ({ machine: its }) =>
      its === 'absent'
        ? { ok: false, message: 'has no machine-id', hint: 'run `sudo systemd-machine-id-setup` on it' }
        : { ok: true, message: `machine-id ${its.id.slice(0, 8)}` },
  },
  {
    code: 'DISK_FREE',
    severity: 'error',
    judge: ({ freeDisk: free }) => {
      const ok = free !== 'absent' && free >= LEAST_DISK;
      const message =
        free === 'absent' ? 'does not tell its free disk space' : `${free} MiB free for /var/lib/rancher`;
      return { ok, message, ...(ok ? {} : { hint: `k3s needs ${LEAST_DISK} MiB there` }) };
    },
  },
  {
    code: 'CLOCK',
    severity: 'error',
    judge: ({ clockSkew: skew, container: inside }, { cluster }) => {
      if (skew === 'absent')
        return { ok: false, message: 'does not tell its time', hint: 'look at `date` on it' };
      const mends = cluster.time.from === 'control' && inside !== 'yes';
      const message = `${Math.abs(skew)} s ${skew < 0 ? 'behind' : 'ahead of'} the control node`;
      if (!isClockOff(skew)) return { ok: true, message };
      return mends
        ? { ok: true, message: `${message}; init sets it` }
        : { ok: false, message, hint: 'set its clock: certificates are refused before their time' };
    },
  },
  {
    code: 'DEFAULT_ROUTE',
    severity: 'warning',
    judge: ({ defaultRoute: route }) =>
      route === 'absent'
        ? {
            ok: false,
            message: 'has no default route',
            hint: 'init adds one that leads nowhere, because k3s needs one',
          }
        : { ok: true, message: `default route by ${route.device}` },
  },
  {
    code: 'RESOLV_CONF',
    severity: 'warning',
    judge: ({ resolvConf: file }) =>
      file === 'absent' || file === 'loopback'
        ? {
            ok: false,
            message: 'has no name server that pods can reach',
            hint: 'init gives k3s a resolv.conf of its own, so that it does not take public servers',
          }
        : { ok: true, message: file },
  },
  {
    code: 'VXLAN',
    severity: 'warning',
    judge: ({ vxlan: works }) =>
      works === 'works'
        ? { ok: true, message: 'the kernel makes vxlan links' }
        : {
            ok: false,
            message: 'the kernel makes no vxlan links',
            hint: 'a new cluster on one segment uses host-gw instead',
          },
  },
];

/** Runs every check on every host that answered. Never refuses: who asks looks at `ok`. */
export const preflight: Decision<readonly Check[], typeof facts> = {
  id: 'preflight',
  title: 'Check the hosts',
  gives: 'preflight',
  facts,

  decide({ cluster, factsByHost }) {
    return nodes(cluster).flatMap((host) => {
      const found = factsByHost[host.key];
      if (!found) return [];
      return RULES.map(({ code, severity, judge }) => ({
        code,
        host: host.key,
        severity,
        ...judge(found, { cluster, host }),
      }));
    });
  },
};

/** A check that fails and that the cluster file does not waive. */
export const stands = (check: Check, { waive }: Cluster): boolean =>
  !check.ok &&
  !waive.some(({ code, host }) => code === check.code && (host === undefined || host === check.host));
