import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** A CA certificate that a server must have: its path, and its content's sha256 in hex. */
export interface CertificateFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * Whose a server is. `ours`: its datastore exists, under our server CA. `foreign`: under another. `placed`: nothing was
 * founded yet, and every CA lies ready. `absent`: nothing was founded, and some CA is missing.
 */
export type ServerTls = 'ours' | 'foreign' | 'placed' | 'absent';

// $1 is the datastore, $2 the server CA's path, $3 its hash, the rest are the keys; on stdin are the hashes of all CAs.
const READ = `if [ -e "$1" ]; then
  case $(sha256sum "$2" 2>/dev/null) in "$3"*) echo ours;; *) echo foreign;; esac
  exit
fi
shift 3
sha256sum -c --status - 2>/dev/null || exit
for key; do [ -s "$key" ] || exit; done
echo placed`;

/** Looks at a server's datastore and CAs. `serverCa` is the one that tokens pin; the keys' content stays where it is. */
export const serverTls = (of: {
  datastore: string;
  serverCa: CertificateFile;
  certificates: readonly CertificateFile[];
  keys: readonly string[];
}): Fact<ServerTls> => ({
  name: 'server-tls',
  ask: {
    ...asRoot(script(READ, of.datastore, of.serverCa.path, of.serverCa.sha256, ...of.keys)),
    stdin: of.certificates.map(({ path, sha256 }) => `${sha256}  ${path}\n`),
  },
  parse: (output) => {
    const word = output.trim();
    return word === 'ours' || word === 'foreign' || word === 'placed' ? word : 'absent';
  },
});
