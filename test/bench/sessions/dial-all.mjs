import { readFileSync } from 'node:fs';

// `dial-all.mjs HOSTS STATE`: the connections of the edgectl that is built, as it opens them itself: to all hosts at once,
// `true` on each. Prints the most memory it needed, in KiB. Plain JavaScript, because a loader for TypeScript would count.
const { machineShells } = await import(new URL('../../../dist/cli/shells.js', import.meta.url).href);

const [file = '', state = ''] = process.argv.slice(2);
const shells = machineShells({ state, acceptNewHostKeys: false });
await Promise.all(
  JSON.parse(readFileSync(file, 'utf8')).map(async (host) => {
    const shell = await shells.open(host);
    const { code } = await shell.run({ argv: ['true'], root: false, withinMs: 60_000 });
    if (code !== 0) throw new Error(`${host.key}: true ended with ${code}`);
  }),
);
await shells.close();
process.stdout.write(`${process.resourceUsage().maxRSS}\n`);
