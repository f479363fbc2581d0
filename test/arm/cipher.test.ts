import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Bringer, INTO, openBringer } from '../chain/bring.ts';
import { scriptOn } from '../lab/exec-on.ts';
import { type LabSummary, labDown, ringLab } from '../lab/lab.ts';

// Content goes from the control node, a container, to one emulated board and from there to the next. QEMU emulates AES
// instructions, and has no arm64 CPU without: there the runtime of Go, which is what looks, is told that it sees none.
const SIZE = 48 << 20;
const AES = 'TLS_AES_128_GCM_SHA256';
const CHACHA = 'TLS_CHACHA20_POLY1305_SHA256';
const FIRST = 'arm-1';
const LAST = 'arm-2';
let lab: LabSummary;
let bringer: Bringer;

beforeAll(async () => {
  lab = await ringLab('cipher', { boards: 0, arm: 2, k3s: false });
  bringer = await openBringer(lab);
});
afterAll(async () => {
  await labDown(lab.name);
  bringer.close();
});

/** How fast content came to the last board, from the first that was told of it to the last. */
const speedometer = () => {
  const seen: { readonly at: number; readonly done: number }[] = [];
  return {
    see: (done: number) => void seen.push({ at: performance.now(), done }),
    says: () => {
      const [first, last] = [seen[0], seen.at(-1)];
      const rate = first && last ? (last.done - first.done) / 1000 / (last.at - first.at) : 0;
      return `${rate.toFixed(1)} MB/s`;
    },
  };
};

/** Brings content to both boards; gives the cipher with which each got it. The speed is only told: it says how fast this machine emulates. */
const ciphers = async (what: string) => {
  const blob = bringer.blobOf(what, SIZE);
  const used: Record<string, string> = {};
  const speed = speedometer();
  const { ends, byStar } = await bringer.bring((host) => (host.duty === 'control' ? [] : [blob]), {
    rate: 1 << 30,
    onProgress: ({ key }, done) => {
      if (key === LAST) speed.see(done);
    },
    linked: (_from, to, cipher) => {
      used[to] = cipher;
    },
  });
  expect(ends).toEqual({ [FIRST]: 'there', [LAST]: 'there' });
  expect(byStar).toEqual([bringer.cluster.control.key]);
  const sum = await scriptOn(lab.name, LAST, `sha256sum ${INTO}/${blob.digest} | cut -d' ' -f1`);
  expect(`sha256:${sum.trim()}`).toBe(blob.digest);
  process.stderr.write(`${what}: ${JSON.stringify(used)}: ${speed.says()}\n`);
  return used;
};

it('a relay sends with AES to a board whose CPU has instructions for it', async () => {
  for (const board of [FIRST, LAST])
    expect(await scriptOn(lab.name, board, 'grep -m1 ^Features /proc/cpuinfo')).toMatch(/ aes pmull /);
  expect(await ciphers('AES everywhere')).toEqual({ [FIRST]: AES, [LAST]: AES });
});

it('and with ChaCha20 to and from one where Go sees none', async () => {
  // sudo gives this to what edgectl starts as root.
  const blind =
    "echo 'GODEBUG=cpu.aes=off' > /etc/go.env; echo 'Defaults env_file=/etc/go.env' > /etc/sudoers.d/go";
  await scriptOn(lab.name, LAST, blind);
  expect(await ciphers('none on the last')).toEqual({ [FIRST]: AES, [LAST]: CHACHA });
  await scriptOn(lab.name, FIRST, blind);
  expect(await ciphers('none on either')).toEqual({ [FIRST]: CHACHA, [LAST]: CHACHA });
});
