import type { Seated } from '../../domain/firewall/needed-ports.ts';
import { addressOf } from '../../facts/ip.ts';
import type { Link } from '../../facts/links.ts';
import type { CheckCode } from '../../spec/checks.ts';
import type { Cluster, Host } from '../../spec/cluster.ts';
import type { Found } from './questions.ts';

/** What a check finds: the message, which is also said when all is well, and how to mend it where the table's hint is too general. */
export interface Finding {
  readonly ok: boolean;
  readonly message: string;
  readonly hint?: string;
}

/** What a host tells of others that is not looked at itself. */
export type Peer = Pick<Found, 'reach' | 'firewall'>;

/** Where a check looks; `all` are the answers of every host that is looked at, `peers` what these and others tell, by host key. */
export interface Place {
  readonly cluster: Cluster;
  readonly known: Seated;
  readonly host: Host;
  readonly all: Readonly<Record<string, Found>>;
  readonly peers: Readonly<Record<string, Peer>>;
}

/** The rule behind the code of a check. */
export type Rule = (found: Found, place: Place) => Finding;

/** The rules of one subject. */
export type Rules<Code extends CheckCode> = Readonly<Record<Code, Rule>>;

/** A check that passes. */
export const fine = (message: string): Finding => ({ ok: true, message });

/** A check that fails. */
export const bad = (message: string, hint?: string): Finding => ({
  ok: false,
  message,
  ...(hint === undefined ? {} : { hint }),
});

/** A check that nobody could answer: it passes, because a refusal has to rest on something seen. */
export const unknown = (what: string): Finding => fine(`not known: ${what}`);

/** The rule for machines only: a container has the kernel, the disks and the clock of the machine under it. */
export const ofMachine =
  (rule: Rule): Rule =>
  (found, place) =>
    found.container === 'yes'
      ? fine('a container, which has it from the machine under it')
      : rule(found, place);

/** Whether the host may become a member of etcd. */
export const keepsEtcd = ({ duty, role }: Host): boolean => duty === 'control' || role !== 'worker';

/** The link that carries the host's address in the cluster. */
export const linkOf = ({ addresses, links }: Found, { address }: Host): Link | undefined => {
  const device = addressOf(addresses, address)?.device;
  return device === undefined || links === 'absent' ? undefined : links[device];
};

/** The keys of the other hosts of which something holds. */
export const othersWith = (
  { all, host }: Place,
  holds: (found: Found, key: string) => boolean,
): readonly string[] =>
  Object.entries(all).flatMap(([key, found]) => (key !== host.key && holds(found, key) ? [key] : []));
