/** Where k3s publishes its releases. */
export const K3S_RELEASES = 'https://github.com/k3s-io/k3s/releases/download';
