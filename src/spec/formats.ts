import * as z from 'zod';

// Every message here says what is wanted, so that it reads after `"key" wants`.

/** Text of a form. `want` completes the sentence `"key" wants …`. */
export const text = (pattern: RegExp, want: string) =>
  z.string({ error: want }).regex(pattern, { error: want });

/** A whole number in a range, ends included. */
export const whole = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};

/** A name by RFC 1123, as Kubernetes wants for nodes and Linux for hosts. */
export const name = text(
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
  'at most 63 lower-case letters, digits and "-", with a letter or digit at both ends',
);

const octet = '(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';

/** An IPv4 address that a machine can have: not 0.…, not a loopback one, not multicast or above. */
export const address = text(
  new RegExp(`^(?!0\\.|127\\.|22[4-9]\\.|2[3-9][0-9]\\.)${octet}(\\.${octet}){3}$`),
  'an IPv4 address of a machine, such as 10.20.0.11',
);

/** An IPv4 address, or a DNS name. */
export const hostAddress = text(
  /^(?=.{1,253}$)[A-Za-z0-9]([-A-Za-z0-9]{0,62})(\.[A-Za-z0-9][-A-Za-z0-9]{0,62})*$/,
  'an address or a host name',
);

/** A TCP port. */
export const port = whole(1, 65535);

/** A user name as Linux has them. */
export const user = text(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/, 'a user name');

/** The path of a private key, not of its public half. */
export const keyPath = text(/^(?!.*\.pub$)[^\0]+$/, 'the path of a private key');

/** Any path. */
export const path = text(/^[^\0]+$/, 'a path');

const KEY_TYPES = 'ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)';

// A whole key names its type twice, outside and inside: a line cut off or mixed up shows there.
const namesItsType = (line: string): boolean => {
  const [type = '', blob = ''] = line.split(' ');
  return (
    line.startsWith('SHA256:') ||
    Buffer.from(blob, 'base64')
      .subarray(4, 4 + type.length)
      .toString() === type
  );
};

const hostKeyWant = 'SHA256: and 43 characters, or a whole public key such as ssh-ed25519 AAAA…';

/** How a host's key is pinned: its fingerprint as `ssh-keygen -l` prints it, or the line of a public key file. */
export const hostKey = text(
  new RegExp(`^(SHA256:[A-Za-z0-9+/]{43}|(${KEY_TYPES}) AAAA[A-Za-z0-9+/]{40,}={0,2}( .*)?)$`),
  hostKeyWant,
).refine(namesItsType, { error: hostKeyWant });

const qualified = '([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?';
const labelText = '([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?';

/** The key of a Kubernetes label. */
export const labelKey = text(
  new RegExp(`^${qualified}$`),
  'a label key such as camera or example.org/camera',
);

/** The value of a Kubernetes label. */
export const labelValue = text(
  new RegExp(`^${labelText}$`),
  'at most 63 letters, digits, "-", "_" and "." as text (put numbers, true and false in quotes)',
);

/** A Kubernetes taint. */
export const taint = text(
  new RegExp(`^${qualified}(=${labelText})?:(NoSchedule|PreferNoSchedule|NoExecute)$`),
  'key=value:Effect, the effect being NoSchedule, PreferNoSchedule or NoExecute',
);

/** A k3s release. */
export const k3sVersion = text(/^v[0-9]+\.[0-9]+\.[0-9]+(-[a-z0-9.]+)?\+k3s[0-9]+$/, 'the form v1.34.2+k3s1');

/** Where a k3s release comes from. */
export const source = text(
  /^(https?:\/\/[^\s/@]+(\/[^\s?#]*)?|(?![a-z][a-z0-9+.-]*:\/\/)[^\0]+)$/i,
  'an http(s) address without user, password or query, or a folder',
);

/** A hub's address. */
export const hubUrl = text(
  /^(nats-tls|tls|nats|wss|https):\/\/[^\s/@]+(\/\S*)?$/,
  'an address such as nats-tls://hub.example.org',
);

/** An Ed25519 public key: 32 bytes in base64. */
export const ed25519 = text(/^[A-Za-z0-9+/]{43}=$/, 'an Ed25519 public key: 44 characters of base64');

/** A day, as 2028-01-01. */
export const day = text(
  /^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/,
  'a day such as 2028-01-01',
).refine((value) => new Date(`${value}T00:00:00Z`).toJSON()?.startsWith(value), {
  error: 'a day such as 2028-01-01',
});
