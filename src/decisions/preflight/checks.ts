import type { Seated } from '../../domain/firewall/needed-ports.ts';
import type { Severity } from '../../spec/check-form.ts';
import { CHECK_CODES, type CheckCode, checkLine } from '../../spec/checks.ts';
import { type Cluster, nodes, waiverOf } from '../../spec/cluster.ts';
import { disk } from './disk.ts';
import { hardware } from './hardware.ts';
import { kernel } from './kernel.ts';
import { network } from './network.ts';
import type { Found } from './questions.ts';
import type { Peer, Rules } from './rule.ts';
import { systemRules } from './system.ts';

/** One check of one host. Codes are stable; a warning does not keep a host out of the cluster. */
export interface Check {
  readonly code: string;
  readonly host: string;
  readonly severity: Severity;
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string;
  /** Why the cluster file waives this check, which fails. */
  readonly waived?: string;
}

const RULES: Rules<CheckCode> = { ...hardware, ...systemRules, ...kernel, ...disk, ...network };

/** What the checks may know beside the answers of the hosts that they look at. */
interface Beside {
  readonly known?: Seated;
  readonly peers?: Readonly<Record<string, Peer>>;
}

/** Every check of every host that answered, in the file's order of hosts. */
export const checksOf = (
  cluster: Cluster,
  all: Readonly<Record<string, Found>>,
  { known = {}, peers = all }: Beside = {},
): readonly Check[] =>
  nodes(cluster).flatMap((host) => {
    const found = all[host.key];
    if (!found) return [];
    return CHECK_CODES.map((code): Check => {
      const { severity, hint } = checkLine(code);
      const finding = RULES[code](found, { cluster, known, host, all, peers });
      const its = { code, host: host.key, severity, ok: finding.ok, message: finding.message };
      if (finding.ok) return its;
      const waived = waiverOf(cluster, code, host.key);
      return { ...its, hint: finding.hint ?? hint, ...(waived === undefined ? {} : { waived }) };
    });
  });

/** A check that fails and that the cluster file does not waive. */
export const stands = ({ ok, waived }: Check): boolean => !ok && waived === undefined;
