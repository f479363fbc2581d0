import { execOn } from '../lab/lab.ts';

// Content, mode and owner of everything below these, and what the kernel and systemd hold. Exempt are login records,
// journals, sudo's timestamps and loaded modules (DESIGN §2).
const LOOK = `
files() {
  find /etc /usr /opt /var/lib /root /home -xdev \\( -path /var/lib/sudo -o -path /var/lib/systemd/timers -o -path /var/lib/kubelet/pods \\
    -o -path /var/lib/rancher/k3s/server/db -o -path /var/lib/rancher/k3s/agent/containerd \\) -prune -o "$@"
}
files -printf '%p %m %u %g %l\\n' | sort
files -type f -print0 | xargs -0 sha256sum | sort
systemctl list-unit-files --no-pager --no-legend | sort
systemctl list-units --all --no-pager --no-legend --plain | grep -v '^session-\\|^user\\|^systemd-tmpfiles\\|^run-' | cut -d' ' -f1 | sort
findmnt --raw --noheadings --output TARGET,SOURCE,FSTYPE | grep -v ' /run/user' | sort
ip -o link | sed 's/^[0-9]*: //; s/@.*//' | cut -d' ' -f1 | sort
ip route show table all | sort
iptables-save 2>/dev/null | grep -v '^#' | sed 's/\\[[0-9]*:[0-9]*\\]//' | sort
sysctl -a 2>/dev/null | grep -v 'random\\|nf_conntrack_count\\|fs.dentry\\|fs.inode\\|fs.file-nr\\|pty.nr\\|ns_last_pid\\|netdev_rss\\|tcp_metrics\\|sched_domain\\|boot_id\\|kernel.keys\\|fs.quota\\|fs.aio-nr\\|perf_event_max_sample_rate' | sort`;

/** Everything a dry-run may not change on a node, a line each. */
export const traceOf = async (lab: string, node: string): Promise<readonly string[]> => {
  const { stdout } = await execOn(lab, node, ['sh', '-c', LOOK]);
  return stdout.split('\n');
};

/** The lines that differ, `- before` and `+ after`. */
export const difference = (before: readonly string[], after: readonly string[]): readonly string[] => {
  const [was, is] = [new Set(before), new Set(after)];
  return [
    ...before.filter((line) => !is.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !was.has(line)).map((line) => `+ ${line}`),
  ];
};
