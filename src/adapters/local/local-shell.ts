import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import type { Duplex } from 'node:stream';
import type { Shell } from '../../ports/shell.ts';
import type { Host } from '../../spec/cluster.ts';
import { Problem } from '../../support/problem.ts';
import { posixShell } from '../posix/posix-shell.ts';
import type { Ended, Program } from '../posix/program.ts';
import { statusOfSignal } from '../posix/signals.ts';

/** As after a login: what else is in edgectl's own environment, secrets among it, is nobody's business. */
const environment = () => {
  const { HOME, LOGNAME, PATH, SHELL, USER } = process.env;
  return { HOME, LOGNAME, PATH, SHELL, USER };
};

const startHere =
  (host: string) =>
  ({ argv: [file = '', ...words], stdin, stream, onStdout, says, withinMs }: Program): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const child = spawn(file, words, { cwd: '/', env: environment(), stdio: 'pipe' });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Problem('COMMAND_TIMEOUT', `${says}: did not end within ${withinMs / 1000} s`, { host }));
      }, withinMs);
      child.stdout.on('data', onStdout ?? ((chunk) => stdout.push(chunk)));
      child.stderr.on('data', (chunk) => stderr.push(chunk));
      // A program may end without reading its stdin.
      child.stdin.on('error', () => stream?.destroy());
      child.on('error', (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        const code = error.code === 'ENOENT' ? 127 : 126;
        resolve({ stdout: Buffer.alloc(0), stderr: Buffer.from(`${file}: ${error.code}\n`), code });
      });
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        resolve({
          stdout: Buffer.concat(stdout),
          stderr: Buffer.concat(stderr),
          code: code ?? statusOfSignal(signal ?? ''),
        });
      });
      if (stdin?.length) child.stdin.write(stdin);
      if (stream) {
        stream.on('data', () => timer.refresh());
        stream.on('error', () => child.stdin.destroy());
        stream.pipe(child.stdin);
      } else child.stdin.end();
    });

const dialFrom =
  (host: string) =>
  (address: string, port: number): Promise<Duplex> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: address, port, noDelay: true });
      // This listener stays: an error of an idle stream is not a reason to end the process.
      socket.on('error', ({ message }) =>
        reject(new Problem('COMMAND_FAILED', `${address}:${port} does not answer: ${message}`, { host })),
      );
      socket.once('connect', () => resolve(socket));
    });

/** The Shell of the machine that edgectl runs on, without SSH; sudo is treated as anywhere else. */
export const connectLocal = async (
  { key }: Host,
  { secrets }: { readonly secrets: { readonly sudoPassword: () => Promise<string | undefined> } },
): Promise<Shell> =>
  posixShell({
    host: key,
    user: userInfo().username,
    sudoPassword: secrets.sudoPassword,
    start: startHere(key),
    dial: dialFrom(key),
    close: async () => {},
  });
