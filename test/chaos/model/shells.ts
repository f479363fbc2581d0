import type { Line, Output, Shell, Talk, Upload } from '../../../src/ports/shell.ts';
import type { Shells } from '../../../src/ports/shells.ts';
import type { Host } from '../../../src/spec/cluster.ts';
import { Problem } from '../../../src/support/problem.ts';
import { actOf } from './acts.ts';
import { DiskFull } from './disk.ts';
import { type Edgectl, Unmodelled } from './edgectl.ts';
import { loopbackOf } from './loopback.ts';
import { type Machine, switchOff } from './machine.ts';
import { hashOf } from './matter.ts';
import { answerOf } from './questions.ts';
import type { Step } from './step.ts';
import { keyOf, UNANSWERED_KEYS } from './uncovered.ts';

const LATENCY_MS = 40;
/** After so long without an answer a connection counts as lost. */
const KEEPALIVE_MS = 15_000;
const NO_ROUTE_MS = 8000;

/** The word before an address that is asked of the machine's own loopback. */
export const LOOPBACK = 'loopback';

/** A connection to a machine, as long as it lasts. */
interface Connection {
  readonly machine: Machine;
  readonly generation: number;
}

/** Does steps until one fails; torn: only some of them. */
const doSteps = (steps: readonly Step[], most: number): Output => {
  let stdout = '';
  try {
    for (const step of steps.slice(0, most)) stdout += step() ?? '';
    return { stdout, stderr: '', code: 0 };
  } catch (error) {
    return { stdout, stderr: (error as Error).message, code: 1 };
  }
};

/** What goes to and fro between edgectl and a machine: it takes its time, and may be lost on both ways. */
export const exchange = <T>(
  edgectl: Edgectl,
  { machine, generation }: Connection,
  act: (most: number) => T,
): Promise<T> => {
  const { site, weather } = edgectl;
  const { timeline, random } = site;
  const operator = site.machineOf({ key: 'operator', duty: 'operator' });
  const lives = () => machine.connections === generation && site.isLinked(operator, machine);
  return new Promise((resolve, reject) => {
    const lose = () =>
      timeline.after(KEEPALIVE_MS, () => {
        if (!edgectl.isDead)
          reject(new Problem('HOST_DISCONNECTED', 'the connection was lost', { host: machine.host.key }));
      });
    timeline.after(1 + random.below(LATENCY_MS), () => {
      const wasDead = edgectl.isDead;
      const verdict = wasDead ? undefined : weather.strike(machine);
      // What a killed edgectl had sent is done all the same, or never came.
      if (edgectl.isDead && (wasDead || random.chance(0.5))) return;
      if (!lives()) {
        lose();
        return;
      }
      site.settle();
      let ended: () => void;
      try {
        const result = act(verdict === 'torn' ? random.below(4) : Number.POSITIVE_INFINITY);
        ended = () => resolve(result);
      } catch (error) {
        // The product may make a silent host of it, so it is noted here.
        if (!(error instanceof Problem)) site.violations.push(`the model: ${(error as Error).message}`);
        ended = () => reject(error as Error);
      }
      if (verdict === 'torn') switchOff(machine, random);
      timeline.after(1 + random.below(LATENCY_MS), () => {
        if (edgectl.isDead) return;
        if (lives()) ended();
        else lose();
      });
    });
  });
};

// What a script is told, not its text, which is the same in all walks.
const sayWords = ({ said }: Edgectl, argv: readonly string[]): void => {
  for (const word of argv[1] === '-c' ? argv.slice(4) : argv) said.add(word);
};

const answerLine = (edgectl: Edgectl, machine: Machine, { argv, stdin = '' }: Line): Output => {
  const { site } = edgectl;
  if (argv[0] === LOOPBACK) return { stdout: loopbackOf(machine, argv[1] ?? '', site), stderr: '', code: 0 };
  sayWords(edgectl, argv);
  const known = answerOf(argv);
  // A lock is taken by a question.
  const acts = known ? undefined : actOf(argv);
  if (acts) return doSteps(acts.act(machine, acts.args, stdin, site), Number.POSITIVE_INFINITY);
  if (known) return { stdout: known.answer(machine, known.args, stdin, site), stderr: '', code: 0 };
  if (UNANSWERED_KEYS.has(keyOf(argv))) return { stdout: '', stderr: '', code: 0 };
  throw new Unmodelled(`the model knows no answer to ${argv.join(' ').slice(0, 400)}`);
};

const runLine = (edgectl: Edgectl, machine: Machine, line: Line, most: number): Output => {
  sayWords(edgectl, line.argv);
  const known = actOf(line.argv);
  if (!known) throw new Unmodelled(`the model knows nothing of ${line.argv.join(' ').slice(0, 400)}`);
  const ended = doSteps(known.act(machine, known.args, line.stdin ?? '', edgectl.site), most);
  // The worst tool there is says what it was given.
  return ended.code === 0 ? ended : { ...ended, stderr: `${line.stdin ?? ''}\n${ended.stderr}` };
};

const putFile = (edgectl: Edgectl, machine: Machine, upload: Upload, most: number): void => {
  const { to, mode, from } = upload;
  if (!('content' in from)) throw new Unmodelled(`the model knows no upload of a local file to ${to}`);
  const { disk } = machine;
  const at = to.lastIndexOf('/') + 1;
  const half = `${to.slice(0, at)}.${to.slice(at)}.`;
  const part = `${half}${hashOf(from.content).slice(0, 6)}.edgectl-part`;
  const isSpoilt = edgectl.weather.spoils();
  const steps: readonly Step[] = [
    () => {
      for (const old of disk.below(half)) if (old.endsWith('.edgectl-part')) disk.remove(old);
      return undefined;
    },
    () => {
      disk.write(part, isSpoilt ? from.content.slice(1) : from.content, '600');
      return undefined;
    },
    () => {
      if (isSpoilt) {
        disk.remove(part);
        throw new Error(`arrived damaged: ${from.content}`);
      }
      disk.sync(part);
      return undefined;
    },
    () => {
      disk.chmod(part, mode.replace(/^0/, ''));
      disk.move(part, to);
      return undefined;
    },
  ];
  const { code, stderr } = doSteps(steps, most);
  if (code === 0) return;
  const full = stderr.includes(new DiskFull('').message.slice(-23));
  throw new Problem(full ? 'NO_SPACE' : 'UPLOAD_FAILED', `${to}: ${stderr}`, { host: machine.host.key });
};

const talkTo = (edgectl: Edgectl, connection: Connection, hear: (line: string) => void): Talk => {
  const { timeline } = edgectl.site;
  const { machine, generation } = connection;
  const done = { stdout: '', stderr: '', code: 0 };
  let end: () => void = () => {};
  const ended = new Promise<Output>((resolve, reject) => {
    end = () => resolve(done);
    const watch = () => {
      if (edgectl.isDead) return;
      if (machine.connections !== generation) reject(new Problem('HOST_DISCONNECTED', 'lost', {}));
      else if (!isOver) timeline.after(1000, watch);
    };
    let isOver = false;
    const over = end;
    end = () => {
      isOver = true;
      over();
    };
    timeline.after(1000, watch);
  });
  ended.catch(() => {});
  timeline.after(5, () => {
    if (!edgectl.isDead) hear('ready');
  });
  return { say: () => {}, end: () => end(), ended };
};

/** The connections of one run of edgectl, which are opened and forgotten as the product's own are. */
export const shellsOf = (edgectl: Edgectl): Shells & { connection(host: Host): Promise<Connection> } => {
  const { site } = edgectl;
  const { timeline } = site;
  const operator = site.machineOf({ key: 'operator', duty: 'operator' });
  const open = new Map<string, Promise<Connection>>();
  const connect = (host: Host): Promise<Connection> =>
    new Promise((resolve, reject) => {
      const machine = site.machineOf(host);
      const begin = () => {
        if (edgectl.isDead) return;
        site.settle();
        const reaches = site.isLinked(operator, machine) && timeline.now >= machine.sshdBack;
        if (reaches) resolve({ machine, generation: machine.connections });
        else {
          const refuse = () => {
            if (!edgectl.isDead)
              reject(new Problem('HOST_UNREACHABLE', `${host.address}:22: no route`, { host: host.key }));
          };
          timeline.after(machine.isOn && machine.isPlugged ? 5 : NO_ROUTE_MS, refuse);
        }
      };
      timeline.after(20, begin);
    });
  const connection = (host: Host): Promise<Connection> => {
    const known = open.get(host.key);
    if (known) return known;
    const opening = connect(host);
    open.set(host.key, opening);
    opening.catch(() => open.delete(host.key));
    return opening;
  };
  const shellOn = (own: Connection): Shell => ({
    ask: (lines) => exchange(edgectl, own, () => lines.map((line) => answerLine(edgectl, own.machine, line))),
    run: (line) => exchange(edgectl, own, (most) => runLine(edgectl, own.machine, line, most)),
    put: (upload) => exchange(edgectl, own, (most) => putFile(edgectl, own.machine, upload, most)),
    talk: (_line, hear) => exchange(edgectl, own, () => talkTo(edgectl, own, hear)),
    dial: () => Promise.reject(new Unmodelled('the model dials no ports')),
    close: async () => {},
  });
  return {
    connection,
    open: async (host) => shellOn(await connection(host)),
    async drop(host) {
      open.delete(host.key);
    },
    async close() {
      open.clear();
    },
  };
};
