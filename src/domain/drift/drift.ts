/** What `init` would change on a host now: its name, and what the changes say. */
export interface Pending {
  readonly host: string;
  readonly changes: readonly string[];
}

/** The cluster that the file wants beside the one that is there; `absent` when no API answered. */
export interface Compared {
  readonly version: string;
  readonly wanted: readonly { readonly name: string; readonly address: string }[];
  readonly found:
    | readonly { readonly name: string; readonly address: string; readonly version: string }[]
    | 'absent';
  readonly pending: readonly Pending[];
}

const nodeDrift = ({ version, wanted, found }: Compared): readonly string[] => {
  if (found === 'absent') return [];
  const missing = wanted
    .filter(({ name }) => !found.some((node) => node.name === name))
    .map(({ name }) => `${name} is in the cluster file, and no node of the cluster has that name`);
  const strange = found
    .filter(({ name }) => !wanted.some((node) => node.name === name))
    .map(({ name }) => `${name} is a node of the cluster, and not in the cluster file`);
  const other = found.flatMap((node) => {
    const its = wanted.find(({ name }) => name === node.name);
    if (!its) return [];
    return [
      ...(node.version !== version && node.version !== ''
        ? [`${node.name} runs ${node.version}, and the cluster file wants ${version}`]
        : []),
      ...(node.address !== its.address && node.address !== ''
        ? [`${node.name} is a node by the address ${node.address}, and the cluster file has ${its.address}`]
        : []),
    ];
  });
  return [...missing, ...strange, ...other];
};

/** How the cluster differs from its file, a sentence a difference; none when `init` has nothing to do. */
export const drift = (compared: Compared): readonly string[] => [
  ...nodeDrift(compared),
  ...compared.pending.flatMap(({ host, changes }) =>
    changes.map((says) => `${host} differs: init would ${says}`),
  ),
];
