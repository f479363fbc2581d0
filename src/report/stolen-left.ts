/**
 * What whoever has a stolen worker can still do, a sentence each: nobody should have to find out by himself. `refuses` says
 * whether the API refuses what its certificate would write.
 */
export const stolenLeft = (name: string, refuses: boolean): readonly string[] => [
  `${name} is cut off: its token lets nothing join, and its Node and password are gone.`,
  refuses
    ? 'The API refuses whatever its own certificate would write.'
    : 'Its own certificate can still write its Node, leases and events: k3s before v1.30 has no policies that refuse it.',
  'Its own certificate is believed until it ends, within a year: with it one can read Services, its Node and pods that were on it, and no Secret or ConfigMap once these are gone, a minute from now.',
  'All workers share the certificates of kube-proxy and the k3s controller, which stay good: one reads Services, endpoints, namespaces and pods with them, ConfigMaps too where k3s lets it, and can write events.',
  'Replace every Secret that pods on it used, every password in a pod’s own settings, and take its SSH keys off other machines.',
  'The name does not come back while the cluster has these CAs. Where all of this is too much, `edgectl reset` and `edgectl init` make new ones.',
];
