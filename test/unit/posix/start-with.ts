import { spawn, spawnSync } from 'node:child_process';
import type { Start } from '../../../src/adapters/posix/program.ts';

/** The POSIX shells of this machine, as the words that start them: whatever `sh` is, and others where they are. */
export const shells: readonly (readonly [string, readonly string[]])[] = (
  [
    ['sh', ['sh']],
    ['bash', ['bash', '--posix']],
    ['busybox', ['busybox', 'sh']],
  ] as const
).filter(([, [file]]) => spawnSync(file, ['-c', ':']).error === undefined);

/** Starts programs here; `sh` itself becomes the given shell, and they find its process id in SHELL_PID. */
export const startWith =
  (shell: readonly string[]): Start =>
  ({ argv, stdin }) =>
    new Promise((resolve, reject) => {
      const words = argv[0] === 'sh' ? [...shell, ...argv.slice(1)] : argv;
      const child = spawn('sh', ['-c', 'SHELL_PID=$$ exec env "$@"', 'sh', ...words]);
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk) => out.push(chunk));
      child.stderr.on('data', (chunk) => err.push(chunk));
      child.stdin.on('error', () => {});
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ stdout: Buffer.concat(out), stderr: Buffer.concat(err), code: code ?? 137 }),
      );
      child.stdin.end(stdin);
    });
