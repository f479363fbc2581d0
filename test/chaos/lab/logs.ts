import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../../init/site.ts';
import { execOn } from '../../lab/lab.ts';
import { base64Forms } from '../judge.ts';
import { isEmulated } from './draw.ts';
import { COMMAND_LINES, FORGET_LINES } from './look.ts';

const SECRETS = 'for file in /var/lib/edgectl/*/secrets/*; do cat "$file"; echo; done';
const LOGS = `journalctl --output=cat --no-pager 2>/dev/null; find /var/log -name '*.log' -exec cat {} + 2>/dev/null; true`;
// $0 is a word that must be found again: in the journal, power cuts or not, and while `sleep` runs on a command line.
const FORGET = `${FORGET_LINES}; journalctl --rotate; journalctl --vacuum-time=1ms
logger -t walk "planted $0"; sleep 2; journalctl --sync; true`;

/** Letters of a secret that are enough to know it again. */
const LEAST = 16;

const commandLines = (): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });

/** Whether a secret stands in a text, as it is or in base64. */
const standsIn = (text: string, secret: string): boolean =>
  [secret, ...base64Forms(secret)].some((form) => text.includes(form));

/** Which secrets stand where, without saying them again. */
export const leaksIn = (
  secrets: readonly string[],
  places: Readonly<Record<string, string>>,
): readonly string[] =>
  Object.entries(places).flatMap(([place, text]) =>
    secrets
      .filter((secret) => standsIn(text, secret))
      .map((secret) => {
        const at = text.indexOf(secret);
        const before = at < 0 ? '(base64)' : text.slice(Math.max(0, at - 80), at).replaceAll('\n', ' ');
        return `a secret of ${secret.length} letters stands in ${place}, behind: ${before}`;
      }),
  );

/** Everything that a walk says anywhere, and the secrets that must not be in it. */
export class Listener {
  readonly #site: Site;
  readonly #nodes: readonly string[];
  readonly #began = Date.now();
  readonly #planted = randomBytes(16).toString('hex');
  readonly #secrets = new Set<string>();
  readonly #commands = new Set<string>();
  readonly #said: string[] = [];
  readonly #timer: NodeJS.Timeout;

  /** Begins to look at command lines: of this machine, and so of its nodes. */
  constructor(site: Site, nodes: readonly string[]) {
    this.#site = site;
    this.#nodes = nodes;
    this.#timer = setInterval(() => this.#look(), 400);
  }

  #look(): void {
    for (const line of commandLines()) this.#commands.add(line);
  }

  /** What edgectl printed. */
  heard(...texts: readonly string[]): void {
    this.#said.push(...texts);
  }

  /** Has nodes forget the logs of earlier walks, whose secrets are other ones, and plants a word in the new ones. */
  async forget(): Promise<void> {
    await Promise.all(
      this.#nodes.map((node) => execOn(this.#site.lab.name, node, ['sh', '-c', FORGET, this.#planted])),
    );
  }

  /** Learns what has been minted so far, each line of it without the frames of keys. A control node without power says nothing. */
  async learn(): Promise<void> {
    const { stdout } = await execOn(this.#site.lab.name, 'control', ['sh', '-c', SECRETS]);
    for (const line of stdout.split('\n'))
      if (line.length >= LEAST && !line.startsWith('-----')) this.#secrets.add(line);
  }

  #journals(): readonly string[] {
    const folder = join(this.#site.run.state, 'runs');
    return readdirSync(folder)
      .map((file) => join(folder, file))
      .filter((path) => statSync(path).mtimeMs >= this.#began)
      .map((path) => readFileSync(path, 'utf8'));
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * The secrets that stand in a journal, in a log of a node, in a command line, or in what edgectl printed, and how many were
   * looked for. A scan that does not find the word that was planted goes wrong, too.
   */
  async leaks(): Promise<{ readonly secrets: number; readonly wrong: readonly string[] }> {
    const read = (what: string, nodes: readonly string[], argv: readonly string[]) =>
      nodes.map(
        async (node) =>
          [`${what} of ${node}`, (await execOn(this.#site.lab.name, node, argv)).stdout] as const,
      );
    const logs = await Promise.all([
      ...read('a log', this.#nodes, ['sh', '-c', LOGS]),
      ...read('a command line', this.#nodes.filter(isEmulated), ['cat', COMMAND_LINES]),
    ]);
    const planted = { ...Object.fromEntries(logs), 'a command line': [...this.#commands].join('\n') };
    const places = {
      ...planted,
      'a journal of edgectl': this.#journals().join('\n'),
      'what edgectl printed': this.#said.join('\n'),
    };
    const blind = Object.entries(planted)
      .filter(([place, text]) => leaksIn([this.#planted], { [place]: text }).length === 0)
      .map(([place]) => `the word that was planted was not found in ${place}`);
    const empty = Object.entries(places).flatMap(([place, text]) =>
      text === '' ? [`${place} is empty`] : [],
    );
    const none = this.#secrets.size === 0 ? ['no secret was found on the control node'] : [];
    const wrong = [...blind, ...empty, ...none, ...leaksIn([...this.#secrets], places)];
    return { secrets: this.#secrets.size, wrong };
  }
}
