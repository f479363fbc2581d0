import { cmd } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

const readLines = (output: string, line: RegExp): Readonly<Record<string, number>> | 'absent' => {
  const entries = [...output.matchAll(line)].map(
    ([, key = '', value]) => [key.replaceAll('/', '.'), Number(value)] as const,
  );
  return entries.length > 0 ? Object.fromEntries(entries) : 'absent';
};

/** The kernel's values of these settings (`net.ipv4.ip_forward`); one that the kernel does not have is left out. */
export const sysctls = (...keys: readonly string[]): Fact<Readonly<Record<string, number>> | 'absent'> => ({
  name: 'sysctls',
  ask: cmd('grep', '-sH', '', ...keys.map((key) => `/proc/sys/${key.replaceAll('.', '/')}`)),
  parse: (output) => readLines(output, /^\/proc\/sys\/([\w/-]+):(-?\d{1,15})$/gm),
});

/** The numbers that a file in `/etc/sysctl.d` sets at boot. */
export const sysctlFile = (path: string): Fact<Readonly<Record<string, number>> | 'absent'> => ({
  name: 'sysctl-file',
  ask: cmd('cat', path),
  parse: (output) => readLines(output, /^\s*([\w./-]+)\s*=\s*(-?\d{1,15})\s*$/gm),
});
