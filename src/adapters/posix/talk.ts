import { PassThrough } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { quoteAll } from '../../engine/command.ts';
import type { Line, Talk } from '../../ports/shell.ts';
import type { Start } from './program.ts';
import type { Privilege } from './sudo.ts';

/** Starts a program whose stdin stays open, and gives each line of its stdout to `hear` as it comes. */
export const talkOn = (
  start: Start,
  { argv, withinMs }: Pick<Line, 'argv' | 'withinMs'>,
  privilege: Privilege,
  hear: (line: string) => void,
): Talk => {
  const stream = new PassThrough();
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const ended = start({
    argv: [...privilege.prefix, ...argv],
    stdin: privilege.stdin,
    stream,
    onStdout(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) hear(line);
    },
    says: quoteAll(argv),
    withinMs,
  }).then(({ stderr, code }) => ({ stdout: rest, stderr: stderr.toString(), code }));
  // Whoever talks may look at the end late, or never.
  ended.catch(() => {});
  return {
    say: (line) => void stream.write(`${line}\n`),
    end: () => void stream.end(),
    ended,
  };
};
