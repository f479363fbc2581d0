import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';
import { type Likeness, likeness } from './likeness.ts';

const EXISTS = `for path; do
  if [ -e "$path" ] || [ -L "$path" ]; then echo exists; exit; fi
done`;

/** Whether something lies at one of the paths, whatever it is; a link counts even where it leads nowhere. */
export const pathState = (...paths: readonly string[]): Fact<'exists' | 'absent'> => ({
  name: 'path-state',
  ask: asRoot(script(EXISTS, ...paths)),
  parse: (output) => (output.trim() === 'exists' ? 'exists' : 'absent'),
});

/** The same with the rights of the operator alone, for what is his. */
export const ownPathState = (...paths: readonly string[]): Fact<'exists' | 'absent'> => ({
  ...pathState(...paths),
  ask: script(EXISTS, ...paths),
});

const LINK = `[ -e "$1" ] || [ -L "$1" ] || { echo absent; exit; }
[ "$(readlink "$1")" = "$2" ] && echo same || echo different`;

/** Whether a link leads where it should, be anything there or not. */
export const linkTo = (path: string, target: string): Fact<Likeness> => ({
  name: 'link-to',
  ask: asRoot(script(LINK, path, target)),
  parse: likeness,
});

const MATCHING = `for prefix; do
  for path in "$prefix"* "$prefix".[!.]*; do
    [ ! -f "$path" ] || echo "$path"
  done
done
echo end`;

/** The regular files whose path begins with one of these, in the shell's order; below a folder also hidden ones. */
export const filesLike = (...prefixes: readonly string[]): Fact<readonly string[] | 'absent'> => ({
  name: 'files-like',
  ask: asRoot(script(MATCHING, ...prefixes)),
  parse: (output) => {
    const found = output.trim().split('\n');
    return found.pop() === 'end' ? found : 'absent';
  },
});

const MISSING = `for tool; do
  [ -e "/usr/local/bin/$tool" ] || command -v "$tool" >/dev/null || echo "$tool"
done
echo end`;

/** Which of these commands the machine does not have. */
export const missingTools = (...tools: readonly string[]): Fact<readonly string[] | 'absent'> => ({
  name: 'missing-tools',
  ask: asRoot(script(MISSING, ...tools)),
  parse: (output) => {
    const missing = output.trim().split('\n');
    return missing.pop() === 'end' ? missing : 'absent';
  },
});
