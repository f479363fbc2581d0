import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Host } from '../../../src/spec/cluster.ts';
import { bundled } from '../bundled.ts';
import { type Figure, median, ratios } from '../figure.ts';
import { timed } from '../machine.ts';
import { scratch } from '../scratch.ts';
import { type Endpoints, openEndpoints } from './endpoints.ts';
import { prepareOpenssh, runOpenssh } from './openssh.ts';

const HOSTS = 200;
const AT_ONCE = [8, 16, 32] as const;
const RATIO_LIMIT = 1.2;
const MEMORY_LIMIT_MB = 200;

/** The endpoints as hosts of a cluster; a cluster file itself takes no loopback addresses. */
const hostsOf = ({ addresses, port, hostKey, key }: Endpoints): readonly Host[] =>
  addresses.map((address) => ({
    key: address,
    address,
    duty: 'board',
    role: 'auto',
    labels: {},
    taints: [],
    local: false,
    ssh: { user: userInfo().username, port, key, hostKey },
  }));

/** Connecting to 200 hosts and running a command on each: edgectl against OpenSSH at its best parallelism. */
export const sessions = (rounds: number): Promise<readonly Figure[]> =>
  scratch(async (keep) => {
    const endpoints = await openEndpoints(HOSTS);
    const { folder } = endpoints;
    keep(folder);
    const dialAllFile = await bundled(join(import.meta.dirname, 'dial-all.ts'), folder);
    const dialAll = () =>
      execa(process.execPath, [dialAllFile, join(folder, 'hosts.json'), folder], {
        env: { HOME: folder, SSH_AUTH_SOCK: undefined },
      });
    const ours: number[] = [];
    const megabytes: number[] = [];
    const theirs = new Map<number, number[]>(AT_ONCE.map((atOnce) => [atOnce, []]));
    try {
      await writeFile(join(folder, 'hosts.json'), JSON.stringify(hostsOf(endpoints)));
      await prepareOpenssh(endpoints);
      for (let round = 0; round < rounds; round++) {
        const { seconds, result } = await timed(dialAll);
        ours.push(seconds);
        megabytes.push(Number(result.stdout) / 1024);
        for (const atOnce of AT_ONCE)
          theirs.get(atOnce)?.push((await timed(() => runOpenssh(endpoints, atOnce))).seconds);
      }
    } finally {
      await endpoints.close();
    }
    const [best = [8, []]] = [...theirs].sort(([, a], [, b]) => median(a) - median(b));
    return [
      { case: 'sessions.edgectl', unit: 's', limit: null, rounds: ours },
      ...[...theirs].map(
        ([atOnce, seconds]) =>
          ({ case: `sessions.openssh-${atOnce}`, unit: 's', limit: null, rounds: seconds }) as const,
      ),
      { case: 'sessions.ratio', unit: 'ratio', limit: RATIO_LIMIT, rounds: ratios(ours, best[1]) },
      { case: 'sessions.memory', unit: 'MB', limit: MEMORY_LIMIT_MB, rounds: megabytes },
    ];
  });
