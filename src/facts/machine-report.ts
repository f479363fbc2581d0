import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

// What is not installed says nothing. Nothing here starts a service, as timedatectl would, nor shows what processes were told.
const LOOK = `say() { printf '\\n== %s\\n' "$*"; "$@" 2>/dev/null | head -n 60; }
say uname -a
say uptime
say free -m
say df -hPT
say ip -br address
say ip route
say date --utc --iso-8601=seconds
say systemctl --no-pager --plain list-units --failed
say systemctl --no-pager show --property=Id,LoadState,ActiveState,SubState,UnitFileState,NRestarts,ExecMainStatus,ActiveEnterTimestamp k3s.service k3s-agent.service
say dmesg --level=emerg,alert,crit,err`;

/** How a machine stands, for people who help: kernel, load, memory, disks, addresses, clock, units, the kernel's errors. */
export const machineReport: Fact<string | 'absent'> = {
  name: 'machine-report',
  ask: asRoot(script(LOOK)),
  parse: (output) => output.trim() || 'absent',
};
