import { type Block, readCidr } from '../../spec/cidr.ts';

/** Something that a firewall lets in: from whom (`any`, an address or a CIDR), to which ports (`any`, `6443`, `2379:2380`), by `tcp`, `udp` or `any`. */
export interface Opening {
  readonly from: string;
  readonly ports: string;
  readonly protocol: string;
}

/** A port that has to be open to everyone of the cluster. */
export interface Needed {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

const blockOf = (text: string): Block | undefined => readCidr(text.includes('/') ? text : `${text}/32`);

const covers = (from: string, source: string): boolean => {
  if (from === 'any') return true;
  const [outer, inner] = [blockOf(from), blockOf(source)];
  return outer !== undefined && inner !== undefined && outer.first <= inner.first && inner.last <= outer.last;
};

const isIn = (ports: string, port: number): boolean => {
  if (ports === 'any') return true;
  return ports.split(',').some((range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return first <= port && port <= last;
  });
};

/** Whether one of the openings lets a source (an address or a CIDR) in to a port; `any` port means all of them. */
export const lets = (openings: readonly Opening[], source: string, needed: Needed | 'any'): boolean =>
  openings.some(
    ({ from, ports, protocol }) =>
      covers(from, source) &&
      (needed === 'any'
        ? ports === 'any' && protocol === 'any'
        : isIn(ports, needed.port) && (protocol === 'any' || protocol === needed.protocol)),
  );
