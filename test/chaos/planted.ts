import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A fault that is put into a copy of the product, to see that the walks find it. */
interface Planted {
  readonly about: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const PLANTED: readonly Planted[] = [
  {
    about: 'an outcome is kept before the secrets that it speaks of',
    file: 'src/actions/world.ts',
    from: "...Object.entries(made.secrets).map(([name, value]) => keep(name, 'secrets', value)),",
    to: "...Object.entries(made.outcomes).map(([name, value]) => keep(name, 'outcomes', value)),",
  },
  {
    about: 'what a host said in its error is shown as it is',
    file: 'src/actions/world.ts',
    from: 'run: (host, run) => change(host, run).catch(withoutSecrets),',
    to: 'run: (host, run) => change(host, run),',
  },
  {
    about: 'the lock of a run that was killed is never taken over',
    file: 'src/engine/lock.ts',
    from: "if (other && over === '' && of.isGone(other))",
    to: "if (other && over === 'never' && of.isGone(other))",
  },
  {
    about: 'a failed change does not fail its host',
    file: 'src/engine/executor.ts',
    from: '      await this.#undo(host, phase.id, done.reverse(), problem);\n      throw problem;',
    to: '      await this.#undo(host, phase.id, done.reverse(), problem);',
  },
  {
    about: 'a host that fails wakes nobody who waits for it',
    file: 'src/engine/executor.ts',
    from: "      this.#turns.moved(key, { state: 'failed' });\n",
    to: '',
  },
  {
    about: 'every server founds a cluster',
    file: 'src/phases/start-server.ts',
    from: "const first = isFounder(cluster, host, known) ? 'found' : 'join';",
    to: "const first = 'found' as const;",
  },
  {
    about: 'a founder is started before its CAs are placed',
    file: 'src/phases/start-server.ts',
    from: "    if (founds && !isLost && tls === 'absent') {",
    to: "    if (founds && !isLost && tls === 'foreign') {",
  },
  {
    about: 'clocks are not set',
    file: 'playbooks/init.yaml',
    from: '  - phase: set-clock # before any certificate\n',
    to: '',
  },
  {
    about: 'what was decided is not kept',
    file: 'playbooks/init.yaml',
    from: '  - phase: keep-decisions # on the control node, for later runs\n',
    to: '',
  },
  {
    about: 'a service that was stopped before it was started counts as settled',
    file: 'src/commands/k3s-service.ts',
    from: "  if (isStale || state !== 'running')",
    to: '  if (isStale)',
  },
  {
    about: 'a boot without the default route is not noticed',
    file: 'src/phases/set-default-route.ts',
    from: '    yield {\n      says: `start ${DEFAULT_ROUTE_UNIT}`,',
    to: "    if (file !== 'same') yield {\n      says: `start ${DEFAULT_ROUTE_UNIT}`,",
  },
];

const root = fileURLToPath(new URL('../../', import.meta.url));

const isFound = ({ file, from, to }: Planted, walks: number): boolean => {
  const copy = mkdtempSync(join(tmpdir(), 'edgectl-planted-'));
  try {
    for (const part of ['src', 'test', 'playbooks', 'fixtures', 'package.json', 'tsconfig.json'])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const path = join(copy, file);
    const before = readFileSync(path, 'utf8');
    if (!before.includes(from)) throw new Error(`${file} has changed: plant another fault`);
    writeFileSync(path, before.replace(from, to));
    const words = ['--import', 'tsx', 'test/chaos/main.ts', '--until-wrong', '--walks', `${walks}`];
    return spawnSync(process.execPath, words, { cwd: copy }).status !== 0;
  } finally {
    rmSync(copy, { recursive: true });
  }
};

/** Plants every fault in turn and says which so many walks found; false when any was missed. */
export const findPlanted = (walks: number): boolean => {
  const found = PLANTED.filter((planted) => {
    const isSeen = isFound(planted, walks);
    process.stdout.write(`${isSeen ? 'found ' : 'MISSED'}  ${planted.about}\n`);
    return isSeen;
  });
  process.stdout.write(
    `${found.length} of ${PLANTED.length} planted faults were found in ${walks} walks each\n`,
  );
  return found.length === PLANTED.length;
};
