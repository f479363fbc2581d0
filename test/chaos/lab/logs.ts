import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../../init/site.ts';
import { execOn } from '../../lab/lab.ts';
import { base64Forms } from '../judge.ts';

const SECRETS = 'for file in /var/lib/edgectl/*/secrets/*; do cat "$file"; echo; done';
const LOGS = `journalctl --output=cat --no-pager 2>/dev/null; find /var/log -name '*.log' -exec cat {} + 2>/dev/null; true`;
const FORGET = 'journalctl --rotate; journalctl --vacuum-time=1ms; true';

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

const standsIn = (text: string, secret: string): boolean =>
  [secret, ...base64Forms(secret)].some((form) => text.includes(form));

/** Everything that a walk says anywhere, and the secrets that must not be in it. */
export class Listener {
  readonly #site: Site;
  readonly #nodes: readonly string[];
  readonly #began = Date.now();
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

  /** Has nodes forget the logs of earlier walks, whose secrets are other ones. */
  async forget(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => execOn(this.#site.lab.name, node, ['sh', '-c', FORGET])));
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

  /** The secrets that stand in a journal, in a log of a node, in a command line, or in what edgectl printed; how many were looked for. */
  async leaks(): Promise<{ readonly secrets: number; readonly wrong: readonly string[] }> {
    const said = await Promise.all(
      this.#nodes.map((node) => execOn(this.#site.lab.name, node, ['sh', '-c', LOGS])),
    );
    const places = {
      'a journal of edgectl': this.#journals(),
      'a log of a node': said.map(({ stdout }) => stdout),
      'a command line': [...this.#commands],
      'what edgectl printed': this.#said,
    };
    const [one] = this.#secrets;
    if (one === undefined) return { secrets: 0, wrong: ['no secret was found on the control node'] };
    const wrong = Object.entries(places).flatMap(([place, texts]) => {
      const text = texts.join('\n');
      // A scan of nothing finds nothing, and so does one that cannot see.
      if (text.length < 100) return [`${place} is empty`];
      const planted = `${text}\nlevel=info msg="token ${one}"\n${Buffer.from(`x${one}y`).toString('base64')}`;
      if (!standsIn(planted, one)) return ['a leak would not be seen'];
      return [...this.#secrets]
        .filter((secret) => standsIn(text, secret))
        .map((secret) => this.#tell(place, text, secret));
    });
    return { secrets: this.#secrets.size, wrong };
  }

  // Where it stands, without saying it again.
  #tell(place: string, text: string, secret: string): string {
    const at = text.indexOf(secret);
    const before = at < 0 ? '' : text.slice(Math.max(0, at - 80), at).replaceAll('\n', ' ');
    return `a secret of ${secret.length} letters stands in ${place}: ${before}…`;
  }
}
