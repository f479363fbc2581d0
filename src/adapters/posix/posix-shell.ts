import type { Duplex } from 'node:stream';
import type { Line, Output, Shell, Upload } from '../../ports/shell.ts';
import { Problem } from '../../support/problem.ts';
import { askLines } from './ask-lines.ts';
import type { Start } from './program.ts';
import { putFile } from './put-file.ts';
import type { SendPart } from './put-local.ts';
import { type Content, putMany } from './put-many.ts';
import { runLine } from './run-line.ts';
import { AS_LOGIN, becomeRoot, type Login, type Privilege } from './sudo.ts';
import { talkOn } from './talk.ts';

/** What an adapter brings: a way to start programs, and what has no program. */
export interface Machine extends Login {
  readonly start: Start;
  readonly dial: (address: string, port: number) => Promise<Duplex>;
  readonly close: () => Promise<void>;
  /** A faster way for files that the login user may write; absent: through a program's stdin. */
  readonly send?: SendPart;
}

/** Up to how many bytes a shell reads a line in no time. */
const SMALL = 64 << 10;

const isSmall = (upload: Upload): upload is Content =>
  'content' in upload.from && upload.from.content.length <= SMALL;

const isFed = ({ bytes }: Line): boolean => bytes !== undefined;

/** The Shell of any POSIX machine, whatever starts programs there. */
export const posixShell = (machine: Machine): Shell => {
  const { host, start, send } = machine;
  let becoming: Promise<Privilege> | undefined;
  const asRoot = (): Promise<Privilege> => (becoming ??= becomeRoot(start, machine));
  const privilegeFor = async (root: boolean): Promise<Privilege> => (root ? asRoot() : AS_LOGIN);
  const isRoot = machine.user === 'root';

  const askAs = async (root: boolean, lines: readonly Line[]): Promise<Output[]> =>
    lines.length === 0 ? [] : [...(await askLines(start, lines, await privilegeFor(root), host))];

  const askFed = async (line: Line): Promise<Output> => {
    try {
      return await runLine(start, line, await privilegeFor(line.root), host);
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'COMMAND_TIMEOUT')) throw error;
      return { stdout: '', stderr: error.message, code: 124 };
    }
  };

  const putOne = async (upload: Upload): Promise<void> =>
    putFile(start, upload, await privilegeFor(upload.root), host, isRoot || !upload.root ? send : undefined);
  const many = (root: boolean) => putMany(start, () => privilegeFor(root), putOne);
  const putSome = { root: many(true), login: many(false) };

  return {
    async ask(lines) {
      const needsSudo = (line: Line) => line.root && !isRoot;
      const [fed, texts] = [lines.filter(isFed), lines.filter((line) => !isFed(line))];
      const [plain, rooted] = await Promise.all([
        askAs(
          false,
          texts.filter((line) => !needsSudo(line)),
        ),
        askAs(true, texts.filter(needsSudo)),
      ]);
      const behind: Output[] = [];
      for (const line of fed) behind.push(await askFed(line));
      const none: Output = { stdout: '', stderr: '', code: 137 };
      const answersOf = (line: Line) => (isFed(line) ? behind : needsSudo(line) ? rooted : plain);
      return lines.map((line) => answersOf(line).shift() ?? none);
    },
    run: async (line) => runLine(start, line, await privilegeFor(line.root), host),
    talk: async (line, hear) => talkOn(start, line, await privilegeFor(line.root), hear),
    put: (upload) => (isSmall(upload) ? putSome[upload.root ? 'root' : 'login'](upload) : putOne(upload)),
    dial: machine.dial,
    close: machine.close,
  };
};
