import { didYouMean } from '../support/similar.ts';
import { CHECK_CODES } from './checks.ts';
import { contains, overlap, readCidr } from './cidr.ts';
import type { Fault } from './fault.ts';
import * as form from './formats.ts';
import { listAt, rawAt, textAt } from './raw.ts';

type Path = readonly PropertyKey[];
type LineOf = (path: Path) => number;

const machinePaths = (file: unknown): readonly Path[] => [
  ['spec', 'control'],
  ...listAt(file, ['spec', 'hosts']).map((_, index) => ['spec', 'hosts', index]),
];

const isAddress = (text: string): boolean => form.address.safeParse(text).success;

/** One key of all machines: whoever repeats an earlier one's value is at fault. */
const twice = (file: unknown, paths: readonly Path[], lineOf: LineOf): readonly Fault[] => {
  const seen = new Map<string, Path>();
  return paths.flatMap((path) => {
    const value = textAt(file, path);
    const earlier = seen.get(value);
    if (value === '') return [];
    if (!earlier) seen.set(value, path);
    const what = `${String(path.at(-1))} "${value}"`;
    return earlier
      ? [{ path, on: 'value', message: `${what} stands twice: line ${lineOf(earlier)} has it too` }]
      : [];
  });
};

const reserved = (file: unknown, paths: readonly Path[]): readonly Fault[] =>
  paths
    .filter((path) => textAt(file, path) === 'operator')
    .map((path) => ({
      path,
      on: 'value',
      message: '"operator" is what the machine that edgectl runs on is called; take another name',
    }));

const vipFaults = (file: unknown, addresses: readonly Path[], lineOf: LineOf): readonly Fault[] => {
  const path = ['spec', 'masters', 'vip'];
  const vip = textAt(file, path);
  const owner = addresses.find((address) => vip !== '' && textAt(file, address) === vip);
  if (!owner) return [];
  const message = `"vip" wants an address of its own, but ${vip} is the machine of line ${lineOf(owner)}`;
  return [{ path, on: 'value', message }];
};

/** Addresses inside the pods' or services' network are never routed to the machine that has them. */
const networkFaults = (file: unknown, addresses: readonly Path[]): readonly Fault[] => {
  const networks = [
    { key: 'cluster-cidr', of: "the pods' network", usual: '10.42.0.0/16' },
    { key: 'service-cidr', of: "the services' network", usual: '10.43.0.0/16' },
  ].flatMap(({ key, of, usual }) => {
    const text = textAt(file, ['spec', 'k3s', 'server', key]) || usual;
    const block = readCidr(text);
    return block ? [{ key, of, text, block }] : [];
  });
  const [pods, services] = networks;
  const clash: readonly Fault[] =
    pods && services && overlap(pods.block, services.block)
      ? [
          {
            path: [
              'spec',
              'k3s',
              'server',
              rawAt(file, ['spec', 'k3s', 'server', pods.key]) ? pods.key : services.key,
            ],
            on: 'value',
            message: `cluster-cidr ${pods.text} and service-cidr ${services.text} overlap`,
          },
        ]
      : [];
  const inside = [...addresses, ['spec', 'masters', 'vip']].flatMap((path) =>
    networks
      .filter(({ block }) => isAddress(textAt(file, path)) && contains(block, textAt(file, path)))
      .map(({ key, of, text }): Fault => {
        const message = `${textAt(file, path)} lies in ${of} ${text}; move that by k3s.server.${key}`;
        return { path, on: 'value', message };
      }),
  );
  return [...clash, ...inside];
};

const fault = (path: Path, message: string): Fault => ({ path, on: 'value', message });

const waiveFaults = (file: unknown, machines: readonly Path[]): readonly Fault[] => {
  const known = machines.flatMap((path) =>
    [textAt(file, [...path, 'name']), textAt(file, [...path, 'address'])].filter((key) => key !== ''),
  );
  return listAt(file, ['spec', 'preflight', 'waive']).flatMap((_, index): readonly Fault[] => {
    const at = (key: string): Path => ['spec', 'preflight', 'waive', index, key];
    const [host, code] = [textAt(file, at('host')), textAt(file, at('code'))];
    const unknownHost = host !== '' && !known.includes(host);
    // What is no code at all, the schema says.
    const unknownCode = /^[A-Z][A-Z0-9_]*$/.test(code) && !CHECK_CODES.some((one) => one === code);
    return [
      ...(unknownHost ? [fault(at('host'), `no host is called "${host}"${didYouMean(host, known)}`)] : []),
      ...(unknownCode
        ? [fault(at('code'), `no check has the code "${code}"${didYouMean(code, CHECK_CODES)}`)]
        : []),
    ];
  });
};

/** What is wrong between the parts of a cluster file, which a schema cannot say. `lineOf` is for the texts. */
export const clusterFaults = (file: unknown, lineOf: LineOf): readonly Fault[] => {
  const machines = machinePaths(file);
  const names = machines.map((path) => [...path, 'name']);
  const addresses = machines.map((path) => [...path, 'address']);
  return [
    ...twice(file, names, lineOf),
    ...twice(file, addresses, lineOf),
    ...reserved(file, names),
    ...vipFaults(file, addresses, lineOf),
    ...networkFaults(file, addresses),
    ...waiveFaults(file, machines),
  ];
};
