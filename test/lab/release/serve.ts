import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { processNow } from '../processes.ts';
import { writeWhole } from '../state.ts';
import { releaseHandler } from './release-handler.ts';
import type { ServerRecord, ServerWish } from './server-process.ts';

// A lab's release server: `serve.ts RECORD WISH` offers what the wish says and writes into the record who and where it is.
const [record = '', wish = '{}'] = process.argv.slice(2);
const { address, port, release } = JSON.parse(wish) as ServerWish;

const server = createServer(releaseHandler(release));
server.listen(port, address, async () => {
  const self = await processNow(process.pid);
  if (self === undefined) return process.exit(1);
  const written: ServerRecord = { ...self, address, port: (server.address() as AddressInfo).port, release };
  await writeWhole(record, `${JSON.stringify(written)}\n`);
  // It goes when its lab has gone, or when a younger server has taken its place.
  setInterval(async () => {
    const now = await readFile(record, 'utf8').catch(() => '{}');
    if ((JSON.parse(now) as Partial<ServerRecord>).pid !== process.pid) process.exit(0);
  }, 2000);
});
