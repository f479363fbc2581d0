import { readCidr } from './cidr.ts';
import * as form from './formats.ts';

const BACKENDS = ['none', 'vxlan', 'host-gw', 'wireguard-native'];
const DURATION = /^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/;
// IPv6 parts are left to k3s: edgectl's own hosts have IPv4 addresses.
const isIpv6 = (text: string): boolean => text.includes(':');

const pieces = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : String(value).split(',')).map((piece) => String(piece).trim());

const everyPiece = (fits: (piece: string) => boolean) => (value: unknown) =>
  pieces(value).every((piece) => isIpv6(piece) || fits(piece));

const cidrs = {
  fits: everyPiece((piece) => readCidr(piece) !== undefined),
  want: 'a network such as 10.42.0.0/16',
};

const RULES: Readonly<Record<string, { fits: (value: unknown) => boolean; want: string }>> = {
  'cluster-cidr': cidrs,
  'service-cidr': cidrs,
  'cluster-dns': {
    fits: everyPiece((piece) => form.address.safeParse(piece).success),
    want: 'an IPv4 address inside service-cidr',
  },
  'flannel-backend': { fits: (value) => BACKENDS.includes(String(value)), want: BACKENDS.join(' or ') },
  'etcd-s3-timeout': { fits: (value) => DURATION.test(String(value)), want: 'a duration such as 5m or 90s' },
};

const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);

/** What a value for a key of k3s's config.yaml should be; undefined when it is that. */
export const k3sValueFault = (key: string, value: unknown): string | undefined => {
  const list =
    Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number');
  if (!isPlain(value) && !list) return 'text, a number, true, false, or a list of texts';
  const rule = RULES[key];
  return rule && !rule.fits(value) ? `${rule.want}, got ${JSON.stringify(value)}` : undefined;
};
