import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { atHome } from './home.ts';

const DEEPEST = 16;
const INCLUDE = /^\s*include(?:\s+|\s*=\s*)(.+?)\s*$/i;
const SECTION = /^\s*(?:host|match)[\s=]/i;

const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

const words = (line: string): readonly string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

const filesOf = (pattern: string, folder: string, home: string): readonly string[] => {
  const path = atHome(pattern, home);
  const full = isAbsolute(path) ? path : join(folder, path);
  return globSync(full, { absolute: true, dot: true, expandDirectories: false }).sort();
};

/**
 * The text of an ssh config file with the files that it includes in place of each Include; undefined when it is not there.
 * Relative names lie in `folder`, as ssh has it: `~/.ssh` for the user's, `/etc/ssh` for the system's. Behind an Include
 * within a Host or Match section that section goes on; the Host lines of the included file do not depend on it.
 */
export const readSshConfig = (
  file: string,
  home: string,
  folder = dirname(file),
  left = DEEPEST,
): string | undefined => {
  const text = readIfThere(file);
  if (text === undefined || left === 0) return text;
  let section: string | undefined;
  const lines = text.split(/\r?\n/).flatMap((line) => {
    if (SECTION.test(line)) section = line;
    const patterns = INCLUDE.exec(line)?.[1];
    if (patterns === undefined) return [line];
    const included = words(patterns)
      .flatMap((pattern) => filesOf(pattern, folder, home))
      .flatMap((path) => readSshConfig(path, home, folder, left - 1) ?? []);
    return [...included, ...(included.length > 0 ? [section ?? 'Host *'] : [])];
  });
  return lines.join('\n');
};
