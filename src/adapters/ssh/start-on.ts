import type { Client, ClientChannel } from 'ssh2';
import { quoteAll } from '../../engine/command.ts';
import { Problem } from '../../support/problem.ts';
import type { Ended, Program, Start } from '../posix/program.ts';
import { statusOfSignal } from '../posix/signals.ts';
import type { Slots } from './slots.ts';

/** A connection with who it belongs to. */
export interface Line {
  readonly client: Client;
  readonly slots: Slots;
  /** HOST_DISCONNECTED, saying where. */
  readonly lost: () => Problem;
  readonly host: string;
}

const finish = (
  line: Line,
  channel: ClientChannel,
  { stdin, stream, onStdout, says, withinMs }: Program,
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let code: number | undefined;
    const timer = setTimeout(() => {
      channel.close();
      const message = `${says}: did not end within ${withinMs / 1000} s`;
      reject(new Problem('COMMAND_TIMEOUT', message, { host: line.host }));
    }, withinMs);
    channel.on('data', onStdout ?? ((chunk: Buffer) => stdout.push(chunk)));
    channel.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    channel.on('error', () => {});
    channel.on('exit', (status: number | null, signal?: string) => {
      code = status ?? statusOfSignal(signal ?? '');
    });
    channel.on('close', () => {
      clearTimeout(timer);
      stream?.destroy();
      if (code === undefined) reject(line.lost());
      else resolve({ stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr), code });
    });
    if (stdin?.length) channel.write(stdin);
    if (stream) {
      stream.on('data', () => timer.refresh());
      stream.on('error', () => channel.end());
      stream.pipe(channel);
    } else channel.end();
  });

/**
 * Opens a channel and runs the program on it. The listeners are there before this turn of the event loop ends: a short
 * program's exit status may lie in the same packet as the answer that the channel is open.
 */
const open = (line: Line, program: Program): Promise<Ended | 'full'> =>
  new Promise((resolve, reject) => {
    try {
      line.client.exec(quoteAll(program.argv), (error, channel) => {
        if (!error) finish(line, channel, program).then(resolve, reject);
        else if ('reason' in error) resolve('full');
        else reject(line.lost());
      });
    } catch {
      reject(line.lost());
    }
  });

/** Runs programs on channels of one connection. */
export const startOn =
  (line: Line): Start =>
  (program) =>
    line.slots.use(
      () => open(line, program),
      () => new Problem('HOST_DISCONNECTED', 'the host opens no channel for commands', { host: line.host }),
    );
