import { cmd } from '../engine/command.ts';
import type { PairProbe } from '../engine/fact.ts';
import { dial, LISTEN } from './reach-programs.ts';

/** Bytes of the packets that are tried where one as large as the own link takes is lost. */
export const SIZES = [1500, 1492, 1450, 1420, 1400, 1280, 576] as const;

const STATES = ['open', 'refused', 'unreachable', 'silent'] as const;

/** What became of dialling one port (`6443/tcp`) of another host. */
export interface Dialled {
  readonly address: string;
  readonly port: string;
  /** `refused` may only say that nobody listens; `unreachable` and, over TCP, `silent` come from what is in between. */
  readonly state: (typeof STATES)[number];
  /** Of an open UDP port: how many small packets went and came back, the bytes of the own link's largest packet, and of the largest that came back. */
  readonly path?: {
    readonly sent: number;
    readonly back: number;
    readonly mtu: number;
    readonly largest: number;
  };
}

/** What a host found out about its way to others. */
export interface Reach {
  /** The ports on which the probe itself listened to the end. The others had somebody there already. */
  readonly listened: readonly string[];
  readonly dialled: readonly Dialled[];
}

/** Where a host listens for the others, and whom it dials. */
export interface Meeting {
  readonly own: string;
  readonly ports: readonly string[];
  readonly others: readonly { readonly address: string; readonly ports: readonly string[] }[];
}

const isState = (word: string): word is Dialled['state'] => STATES.some((state) => state === word);

/** Which ports of other hosts a host reaches, with how large packets, and how many of them are lost. */
export const reach = ({ own, ports, others }: Meeting): PairProbe<Reach | 'absent'> => ({
  name: 'reach',
  listen: (run) => ({ ...cmd('perl', '-e', LISTEN, run, own, ...ports), within: 30 }),
  ask: (run) =>
    cmd('perl', '-e', dial(SIZES), run, ...others.map((other) => [other.address, ...other.ports].join(','))),
  parse: (output) => {
    if (!/^dialled$/m.test(output)) return 'absent';
    const lines = output.matchAll(
      /^reach (\d+\.\d+\.\d+\.\d+) (\d{1,5}\/(?:tcp|udp)) (\w+)(?: (\d{1,5}) (\d{1,5}) (\d{1,5}) (\d{1,5}))?$/gm,
    );
    const dialled = [...lines].flatMap(
      ([, address = '', port = '', state = '', sent, back, mtu, largest]): Dialled[] => {
        if (!isState(state)) return [];
        const path = { sent: Number(sent), back: Number(back), mtu: Number(mtu), largest: Number(largest) };
        return [{ address, port, state, ...(sent === undefined ? {} : { path }) }];
      },
    );
    const stayed = /^ended$/m.test(output);
    const listened = [...output.matchAll(/^listens (\d{1,5}\/(?:tcp|udp))$/gm)].map(([, port = '']) => port);
    return { listened: stayed ? listened : [], dialled };
  },
});
