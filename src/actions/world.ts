import type { File, Run } from '../engine/change.ts';
import { asRoot, type Command, cmd, secretsOf, type Text } from '../engine/command.ts';
import type { Ask } from '../engine/fact.ts';
import type { Outcomes } from '../engine/outcome.ts';
import type { World } from '../engine/world.ts';
import type { Distribution } from '../ports/distribution.ts';
import type { Kube, KubeAccess } from '../ports/kube.ts';
import type { Loopback } from '../ports/loopback.ts';
import type { Minter } from '../ports/minter.ts';
import type { Programs } from '../ports/programs.ts';
import type { Line, Shell } from '../ports/shell.ts';
import type { Shells } from '../ports/shells.ts';
import type { Source } from '../ports/source.ts';
import type { Cluster, Host } from '../spec/cluster.ts';
import { Problem } from '../support/problem.ts';
import { redact } from '../support/redact.ts';
import { askCommands } from './ask-commands.ts';
import { holdersOf } from './holders.ts';
import { meet } from './meet.ts';
import { fitting } from './room.ts';

const WITHIN = 60;

/** The outside that a run works with. `clock` gives milliseconds, `secrets` the values by name. */
export interface Ports {
  readonly shells: Shells;
  readonly kube: Kube;
  readonly loopback: Loopback;
  readonly distribution: Distribution;
  readonly minter: Minter;
  readonly programs: Programs;
  readonly clock: { now(): number; sleep(seconds: number): Promise<void> };
}

/** What a run may use: filled from the control node at the start, and by every mint. */
export interface Vault {
  readonly secrets: Map<string, string>;
  outcomes: Outcomes;
  /** Host keys of the masters, in the order to try; empty while there is no cluster. */
  masters: readonly string[];
  /** The control node's clock minus ours, in milliseconds. */
  skew: number;
}

/** An empty vault. */
export const newVault = (): Vault => ({ secrets: new Map(), outcomes: {}, masters: [], skew: 0 });

const quiet = { stdout: '', stderr: '', code: 0 };

/** What it takes to talk to the cluster's API; undefined as long as there is none. */
export const kubeAccess = (cluster: Cluster, vault: Vault): KubeAccess | undefined => {
  const clientCaKey = vault.secrets.get('client-ca.key');
  const { 'server-ca.crt': serverCa, 'client-ca.crt': clientCa } = vault.outcomes;
  const masters = vault.masters.flatMap((key) => cluster.hosts.filter((host) => host.key === key));
  if (!clientCaKey || !serverCa || !clientCa || masters.length === 0) return undefined;
  return { masters, serverCa, clientCa, clientCaKey };
};

/** The engine's world over the ports: fills in secrets, chooses the connection, turns failures into Problems. */
export const hostsWorld = (
  cluster: Cluster,
  ports: Ports,
  vault: Vault,
  source: Pick<Source, 'fetch'>,
  /** The machines that answered. */
  hosts: readonly Host[],
): World => {
  const { shells, kube, clock } = ports;

  const fill = (text: Text): string =>
    text
      .map((piece) => {
        if (typeof piece === 'string') return piece;
        if ('now' in piece) return String(Math.round((clock.now() + vault.skew) / 1000));
        const value = vault.secrets.get(piece.secret);
        if (value === undefined)
          throw new Problem('OUTCOME_MISSING', `the secret ${piece.secret} does not exist`);
        return value;
      })
      .join('');
  const line = ({ parts, stdin, root = false, within = WITHIN }: Command): Line => ({
    argv: parts,
    root,
    withinMs: within * 1000,
    ...(stdin ? { stdin: fill(stdin) } : {}),
  });
  const lacksSecret = (ask: Command) => secretsOf(ask.stdin ?? []).some((name) => !vault.secrets.has(name));

  const access = () => kubeAccess(cluster, vault);

  const lastWord = (stderr: string) => stderr.trim().split('\n').at(-1) ?? '';
  const must = async (shell: Shell, host: Host, command: Command): Promise<void> => {
    const { code, stderr } = await shell.run(line(command));
    if (code === 0) return;
    const word = command.parts[0] === 'sh' ? 'a script' : command.parts.join(' ');
    const reason = lastWord(stderr) || `exit status ${code}`;
    if (/No space left on device/i.test(stderr)) throw new Problem('NO_SPACE', reason, { host: host.key });
    throw new Problem('COMMAND_FAILED', `${word}: ${reason}`, { host: host.key });
  };

  const write = async (host: Host, file: File): Promise<void> => {
    const shell = await shells.open(host);
    const root = host.duty !== 'operator';
    await shell.put({ to: file.path, mode: file.mode, from: { content: fill(file.content) }, root });
  };

  const home = `/var/lib/edgectl/${cluster.name}`;
  const kinds = ['secrets', 'outcomes'] as const;
  let folders: Promise<unknown> | undefined;
  const keep = async (name: string, kind: (typeof kinds)[number], value: string): Promise<string> => {
    const shell = await shells.open(cluster.control);
    const all = [home, ...kinds.map((one) => `${home}/${one}`)];
    folders ??= must(shell, cluster.control, asRoot(cmd('install', '-d', '-m', '0700', ...all)));
    await folders;
    const to = `${home}/${kind}/${name}`;
    await shell.put({ to, mode: '0600', from: { content: value }, root: true });
    return to;
  };
  // Hosts sync what they make of a secret: it must not be gone here after a power cut.
  const sync = async (paths: readonly string[]): Promise<void> =>
    must(await shells.open(cluster.control), cluster.control, asRoot(cmd('sync', ...paths)));

  // What is minted is secret before it is kept, too.
  const minted: string[] = [];
  const mint = async (run: Extract<Run, { readonly mint: unknown }>): Promise<Outcomes> => {
    const made = await ports.minter.mint(run.mint, vault);
    minted.push(...Object.values(made.secrets));
    const outcomes = Object.entries(made.outcomes);
    const [last] = outcomes.splice(-1);
    // The last outcome says that all of it exists: a kill, or a full disk, in between mints again.
    const kept = await Promise.all([
      ...Object.entries(made.secrets).map(([name, value]) => keep(name, 'secrets', value)),
      ...outcomes.map(([name, value]) => keep(name, 'outcomes', value)),
    ]);
    if (kept.length > 0) await sync(kept);
    if (last) await sync([await keep(last[0], 'outcomes', last[1])]);
    for (const [name, value] of Object.entries(made.secrets)) vault.secrets.set(name, value);
    vault.outcomes = { ...vault.outcomes, ...made.outcomes };
    return made.outcomes;
  };

  const bootId = async (host: Host): Promise<string> => {
    const shell = await shells.open(host);
    const [answer = quiet] = await shell.ask([line(cmd('cat', '/proc/sys/kernel/random/boot_id'))]);
    return answer.stdout.trim();
  };
  const reboot = async (host: Host): Promise<void> => {
    if (host.local)
      throw new Problem('BUG', 'edgectl never reboots the machine it runs on', { host: host.key });
    const before = await bootId(host);
    await must(await shells.open(host), host, asRoot(cmd('systemctl', '--no-block', 'reboot')));
    const deadline = clock.now() + 600_000;
    while (clock.now() < deadline) {
      await clock.sleep(2);
      await shells.drop(host);
      const after = await bootId(host).catch(() => before);
      if (after !== before) return;
    }
    throw new Problem('CONDITION_TIMEOUT', 'did not come back after a reboot within 600 s', {
      host: host.key,
    });
  };

  /** A question may be asked again, so a connection that was lost meanwhile is opened anew, once. */
  const onShell = async <T>(host: Host, question: (shell: Shell) => Promise<T>): Promise<T> => {
    const ask = async () => question(await shells.open(host));
    return ask().catch(async (error: unknown) => {
      if (!(error instanceof Problem && error.code === 'HOST_DISCONNECTED')) throw error;
      await shells.drop(host);
      return ask();
    });
  };
  const askShell = async (host: Host, asks: readonly Command[]): Promise<readonly string[]> => {
    const known = asks.filter((ask) => !lacksSecret(ask));
    if (known.length === 0) return asks.map(() => '');
    const answers = await onShell(host, (shell) =>
      askCommands(shell, known, { line, programs: ports.programs }),
    );
    const byAsk = new Map(known.map((ask, index) => [ask, answers[index] ?? '']));
    return asks.map((ask) => byAsk.get(ask) ?? '');
  };
  const askOther = async (host: Host, ask: Exclude<Ask, Command>): Promise<string> => {
    if ('http' in ask) return onShell(host, (shell) => ports.loopback.get(shell, ask.http));
    const to = access();
    return to ? kube.read(to, ask.kube) : '';
  };

  const change: World['run'] = async (host, run) => {
    if ('command' in run) await must(await shells.open(host), host, run.command);
    if ('file' in run) await write(host, run.file);
    if ('reboot' in run) await reboot(host);
    if ('mint' in run) return mint(run);
    if ('kube' in run) {
      const to = access();
      if (!to) throw new Problem('CLUSTER_UNREACHABLE', 'there is no cluster yet', { host: host.key });
      await kube.write(to, run.kube);
    }
    return {};
  };

  /** What a host or an API said in its error is the one text that comes from outside and is shown. */
  const withoutSecrets = (error: unknown): never => {
    if (!(error instanceof Problem)) throw error;
    const message = redact(error.message, [...vault.secrets.values(), ...minted]);
    throw message === error.message
      ? error
      : new Problem(error.code, message, { host: error.host, hint: error.hint });
  };

  const world: World = {
    async ask(host, asks) {
      const commands = asks.filter((ask): ask is Command => 'parts' in ask);
      const [fromShell, ...others] = await Promise.all([
        askShell(host, commands),
        ...asks.map((ask) => ('parts' in ask ? '' : askOther(host, ask))),
      ]);
      let next = 0;
      return asks.map((ask, index) => ('parts' in ask ? (fromShell[next++] ?? '') : (others[index] ?? '')));
    },
    meet: (parties) => meet(parties, shells, line),
    run: (host, run) => change(host, run).catch(withoutSecrets),
    async transfer(transfers, ended) {
      const [going, holders] = await Promise.all([
        fitting(transfers, source, world, ended),
        holdersOf(transfers, hosts, world),
      ]);
      await ports.distribution.distribute(going, { control: cluster.control, holders }, ended);
    },
    now: clock.now,
    sleep: clock.sleep,
  };
  return world;
};
