import { readFileSync } from 'node:fs';
import { machineShells } from '../../../src/cli/shells.ts';
import type { Host } from '../../../src/spec/cluster.ts';

// `dial-all HOSTS STATE`: edgectl's connections, as it opens them itself: to all hosts at once, `true` on each. Prints
// the most memory it needed, in KiB. The bench bundles it as edgectl is bundled, because a loader for TypeScript would count.
const [file = '', state = ''] = process.argv.slice(2);
const hosts = JSON.parse(readFileSync(file, 'utf8')) as readonly Host[];
const shells = machineShells({ state, acceptNewHostKeys: false });
await Promise.all(
  hosts.map(async (host) => {
    const shell = await shells.open(host);
    const { code } = await shell.run({ argv: ['true'], root: false, withinMs: 60_000 });
    if (code !== 0) throw new Error(`${host.key}: true ended with ${code}`);
  }),
);
await shells.close();
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
