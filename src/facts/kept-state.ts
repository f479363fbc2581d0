import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';
import type { Outcomes } from '../engine/outcome.ts';

/** What earlier runs left on the control node. The values of `secrets` never leave this process's memory. */
export interface KeptState {
  /** The content of decisions.json; undefined before the first run. */
  readonly decisions?: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly outcomes: Outcomes;
  /** The control node's clock in milliseconds since 1970; 0 when it did not say. */
  readonly clock: number;
}

/** The folder on the control node that holds a cluster's decisions, secrets and outcomes. */
export const keptFolder = (cluster: string): string => `/var/lib/edgectl/${cluster}`;

const READ = `date +%s%3N
cd "$1" 2>/dev/null || exit 0
for file in decisions.json secrets/* outcomes/*; do
  [ -f "$file" ] && echo "$file $(base64 -w0 < "$file")"
done`;

const decode = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');

const asObject = (json: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** What edgectl keeps of a cluster, read in one go. A torn or foreign file counts as absent. */
export const keptState = (cluster: string): Fact<KeptState> => ({
  name: 'kept-state',
  ask: asRoot(script(READ, keptFolder(cluster))),
  parse(output) {
    const [first = '', ...lines] = output.split('\n');
    const files = new Map(
      lines.flatMap((line) => {
        const [, name, base64] = /^(\S+) ([A-Za-z0-9+/=]*)$/.exec(line) ?? [];
        return name && base64 ? [[name, decode(base64)] as const] : [];
      }),
    );
    const below = (folder: string): Record<string, string> =>
      Object.fromEntries(
        [...files].flatMap(([name, value]) =>
          name.startsWith(`${folder}/`) ? [[name.slice(folder.length + 1), value]] : [],
        ),
      );
    const decisions = asObject(files.get('decisions.json') ?? '');
    return {
      ...(decisions ? { decisions } : {}),
      secrets: below('secrets'),
      outcomes: below('outcomes'),
      clock: /^\d{10,14}$/.test(first) ? Number(first) : 0,
    };
  },
});
