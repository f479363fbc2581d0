import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';

const BINARY = new URL('../../../bin/edgectl', import.meta.url).pathname;
const LOOK_MS = 5;

const read = (pid: string, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
};

/** The most memory that a process has had resident so far, in bytes; undefined once it has ended. */
const mostOf = (pid: string): number | undefined => {
  const found = /^VmHWM:\s*(\d+) kB$/m.exec(read(pid, 'status') ?? '')?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
};

const parentOf = (pid: string): string | undefined => / [A-Za-z] (\d+) /.exec(read(pid, 'stat') ?? '')?.[1];

/**
 * Runs edgectl and gives the most memory that it and the programs that it ran one after another needed, in bytes: its own
 * peak and that of the biggest program, whether they were at the same time or not.
 */
export const peakOf = async (words: readonly string[]): Promise<number> => {
  const child = execa(BINARY, words, { reject: false, stdin: 'ignore' });
  const own = String(child.pid);
  const others = new Set(readdirSync('/proc'));
  others.delete(own);
  const programs = new Map<string, number>();
  let most = 0;
  let ended = false;
  const watch = async () => {
    while (!ended) {
      most = mostOf(own) ?? most;
      for (const pid of readdirSync('/proc')) {
        if (pid === own || others.has(pid)) continue;
        if (!programs.has(pid) && parentOf(pid) !== own) others.add(pid);
        else programs.set(pid, mostOf(pid) ?? programs.get(pid) ?? 0);
      }
      await wait(LOOK_MS);
    }
  };
  const watched = watch();
  const { exitCode, stderr } = await child;
  ended = true;
  await watched;
  if (exitCode !== 0) throw new Error(stderr.slice(-3000));
  if (programs.size === 0) throw new Error('edgectl ran no program: there was nothing to apply');
  return most + Math.max(...programs.values());
};
