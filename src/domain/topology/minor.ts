/** The minor version of Kubernetes in a version of k3s: 34 of `v1.34.2+k3s1`; 0 of what is none. */
export const minorOf = (version: string): number => Number(/^v1\.(\d{1,3})\./.exec(version)?.[1] ?? 0);
