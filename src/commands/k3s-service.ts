import type { Change, File } from '../engine/change.ts';
import { defaultRuntimeDropIn, kubeletDropIn, resolvDropIn } from './k3s-config.ts';
import { runtimePathDropIn } from './k3s-unit.ts';
import { remove } from './rm.ts';
import * as systemctl from './systemctl.ts';

type State = 'same' | 'different' | 'absent';

/** A unit of k3s, how it stands, and the files that it reads when it starts. */
export interface Service {
  readonly unit: string;
  readonly state: 'running' | 'stopped' | 'absent';
  readonly files: readonly { readonly file: File; readonly was: State }[];
  /** Files that must not be there where they are not wanted. */
  readonly dropIns: readonly { readonly file: File; readonly was: State; readonly wanted: boolean }[];
}

/** Which drop-ins a service of k3s is to have; `runtime` is what it would find besides runc. */
interface Wants {
  readonly resolver: boolean;
  /** A flag of the kubelet, and whether it is needed. */
  readonly flag: readonly [flag: string, isNeeded: boolean];
  readonly runtime: { readonly name: string; readonly folders: readonly string[] };
  readonly accelerator: boolean;
  readonly defaultRuntime: boolean;
}

/** All drop-ins that a service of k3s may have; `was` is how each stands, as the questions of its phase name them. */
export const dropInsOf = (
  unit: string,
  was: Readonly<Record<'resolvDropIn' | 'kubeletFile' | 'runtimePath' | 'defaultRuntime', State>>,
  { resolver, flag: [flag, needsFlag], runtime, accelerator, defaultRuntime }: Wants,
): Service['dropIns'] => [
  { file: resolvDropIn, was: was.resolvDropIn, wanted: resolver },
  { file: kubeletDropIn(flag), was: was.kubeletFile, wanted: needsFlag },
  { file: runtimePathDropIn(unit, runtime), was: was.runtimePath, wanted: accelerator },
  {
    file: defaultRuntimeDropIn(runtime.name),
    was: was.defaultRuntime,
    wanted: defaultRuntime && accelerator,
  },
];

/**
 * How a unit stands once the binary is right: a running one whose file names that binary, though another was found in its place,
 * is stopped when it is placed.
 */
export const stateAfter = (of: {
  readonly unit: Service['state'];
  readonly unitFile: State;
  readonly binary: State;
}): Service['state'] =>
  of.binary !== 'same' && of.unitFile === 'same' && of.unit === 'running' ? 'stopped' : of.unit;

/**
 * What brings a service to its files and runs it. A stale one is stopped before its files are written, so that a kill
 * half-way leaves a stopped unit, which the next plan sees; pods keep running meanwhile.
 */
export const serve = function* ({ unit, state, files, dropIns }: Service): Generator<Change> {
  const wanted = [...files, ...dropIns.filter((dropIn) => dropIn.wanted)];
  const different = wanted.filter(({ was }) => was !== 'same');
  const unwanted = dropIns.flatMap((dropIn) =>
    dropIn.wanted || dropIn.was === 'absent' ? [] : [dropIn.file.path],
  );
  const isStale = different.length > 0 || unwanted.length > 0;
  if (isStale && state !== 'absent') yield { says: `stop ${unit}`, run: { command: systemctl.stop(unit) } };
  for (const path of unwanted) yield { says: `remove ${path}`, run: { command: remove(path) } };
  for (const { file, was } of different)
    yield {
      says: `write ${file.path}`,
      run: { file },
      ...(was === 'absent' ? { undo: remove(file.path) } : {}),
    };
  // No undo: founding and joining a cluster go forward, by a re-run or by `host remove`.
  if (isStale || state !== 'running')
    yield { says: `start ${unit}`, run: { command: systemctl.enableSoon(unit) } };
};
