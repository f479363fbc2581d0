import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { Event } from '../../src/engine/event.ts';
import { buildEdgectl } from '../support/build/build.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const binary = join(root, 'bin/edgectl');

/** What one run of the command left. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Send = (signal: 'SIGKILL' | 'SIGINT') => void;

/** The edgectl of this checkout, built once, with a state folder of its own. */
export interface Edgectl {
  readonly state: string;
  (
    words: readonly string[],
    more?: { readonly env?: Record<string, string>; readonly input?: string },
  ): Promise<Ran>;
  /** Runs with `--output ndjson` and shows every event as it happens, with the means to send the run a signal. */
  watch(words: readonly string[], see: (event: Event, send: Send) => void): Promise<Ran>;
  /** Kills a run with -9 as soon as something holds; false when it ended before. */
  killedWhen(words: readonly string[], holds: () => Promise<boolean>): Promise<boolean>;
}

let built: Promise<void> | undefined;

/** Builds edgectl and gives it a state folder: the one named, or a new one. Secrets of the caller's environment do not reach it. */
export const edgectl = async (folder?: string): Promise<Edgectl> => {
  built ??= buildEdgectl();
  await built;
  const state = folder ?? (await mkdtemp(join(tmpdir(), 'edgectl-state-')));
  const env = { EDGECTL_STATE: state, SSH_AUTH_SOCK: undefined, NO_COLOR: '1' };
  const run: Pick<Edgectl, keyof Edgectl> & ((...args: Parameters<Edgectl>) => Promise<Ran>) = Object.assign(
    async (words: readonly string[], more: Parameters<Edgectl>[1] = {}): Promise<Ran> => {
      const ran = await execa(binary, words, {
        cwd: root,
        env: { ...env, ...more.env },
        reject: false,
        ...(more.input === undefined ? { stdin: 'ignore' as const } : { input: more.input }),
      });
      return { code: ran.exitCode ?? -1, stdout: ran.stdout, stderr: ran.stderr };
    },
    {
      state,
      async watch(words: readonly string[], see: (event: Event, send: Send) => void): Promise<Ran> {
        const child = execa(binary, [...words, '--output', 'ndjson'], {
          cwd: root,
          env,
          reject: false,
          stdin: 'ignore',
        });
        for await (const line of createInterface({ input: child.stdout }))
          see(JSON.parse(line) as Event, (signal) => child.kill(signal));
        const { exitCode, stderr } = await child;
        return { code: exitCode ?? -1, stdout: '', stderr };
      },
      async killedWhen(words: readonly string[], holds: () => Promise<boolean>): Promise<boolean> {
        const child = execa(binary, words, { cwd: root, env, reject: false, stdin: 'ignore' });
        let isOver = false;
        child.then(() => {
          isOver = true;
        });
        while (!isOver) if (await holds()) child.kill('SIGKILL');
        return (await child).signal === 'SIGKILL';
      },
    },
  );
  return run;
};

/** The one JSON document on stdout; what stood on stderr is in the failure when there is none. */
export const documentOf = <T>({ stdout, stderr, code }: Ran): T => {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`no JSON on stdout (exit ${code}): ${stdout.slice(0, 500)}\n${stderr.slice(-3000)}`);
  }
};

/** The documents of a verb that changes hosts, and of `status`. */
export type { RunResult as RunDocument } from '../../src/actions/carry-out.ts';
export type { StatusDocument } from '../../src/report/status.ts';
