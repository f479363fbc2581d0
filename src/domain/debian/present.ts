import { Problem, type Problems } from '../../support/problem.ts';
import { paragraphs } from './deb822.ts';
import { type DebPackage, readPackage } from './package.ts';
import { isVersion } from './version.ts';

// Debian lists what was removed but for its settings too; the status tells.
const PRESENT_COMMAND = "dpkg-query -W -f='${Package} ${Version} ${Architecture} ${db:Status-Abbrev}\\n'";

const LINE = /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?\s+(\S+)\s+([a-z0-9-]+)(?:\s+(\S+))?\s*$/;

// The second letter of dpkg's abbreviation: installed, or only its triggers are to run.
const isThere = (status: string | undefined): boolean => status === undefined || /^.[iWt]/.test(status);

const none = (): readonly never[] => [];

const fromLines = (text: string, file: string): readonly DebPackage[] | Problems => {
  const found: DebPackage[] = [];
  const problems: Problem[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, name, version = '', arch, status] = LINE.exec(line) ?? [];
    if (name === undefined || arch === undefined || !isVersion(version))
      problems.push(
        new Problem('FILE_UNREADABLE', `${file}:${index + 1}:1 wants "name version architecture"`, {
          hint: `it is the board's /var/lib/dpkg/status, or what this prints there: ${PRESENT_COMMAND}`,
        }),
      );
    else if (isThere(status))
      found.push({ name, version, arch, multiArch: 'unknown', provides: [], needs: none, refuses: none });
  }
  return problems.length > 0 ? { problems } : found;
};

const fromStatus = (text: string, board: string): readonly DebPackage[] =>
  [...paragraphs(text)]
    .filter((fields) => /\s(installed|triggers-awaited|triggers-pending)$/.test(fields.get('status') ?? ''))
    .flatMap((fields) => readPackage(fields, board) ?? []);

/**
 * What a board of that architecture has: its dpkg status file, or lines of `name version architecture` with an optional
 * status. Only the status file says what packages provide and ask for. Faults name FILE:LINE:COL.
 */
export const readPresent = (text: string, file: string, board: string): readonly DebPackage[] | Problems => {
  const found = /^\s*[A-Za-z-]+:\s/.test(text) ? fromStatus(text, board) : fromLines(text, file);
  if ('problems' in found) return found;
  const own = found.some(({ arch }) => arch === board);
  const [other] = found.filter(({ arch }) => arch !== 'all');
  return own || !other
    ? found
    : {
        problems: [
          new Problem('FILE_UNREADABLE', `${file} is of a board of ${other.arch}, not ${board}`, {
            hint: `say arch: [${other.arch}] beside it, or name the list of a board of ${board}`,
          }),
        ],
      };
};
