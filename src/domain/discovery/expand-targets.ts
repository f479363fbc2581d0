import { Problem, type Problems } from '../../support/problem.ts';

const MOST = 4096;
const SMALLEST_PREFIX = 20;

const numberOf = (address: string): number | undefined => {
  const parts = address.split('.');
  const good =
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return good ? parts.reduce((sum, part) => sum * 256 + Number(part), 0) : undefined;
};

const addressOf = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

const between = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => addressOf(first + i));

/** `10.0.0.0/24` without its network and broadcast addresses. */
const block = (base: number, prefix: number): readonly string[] | string => {
  if (prefix > 32) return 'a prefix has at most 32 bits';
  if (prefix < SMALLEST_PREFIX)
    return `more than ${MOST} addresses; /${SMALLEST_PREFIX} is the largest block`;
  const size = 2 ** (32 - prefix);
  const first = Math.floor(base / size) * size;
  return size <= 2 ? between(first, first + size - 1) : between(first + 1, first + size - 2);
};

/** `10.0.0.5-10.0.0.9`, or `10.0.0.5-9`. */
const range = (from: number, to: string): readonly string[] | string => {
  const last = /^\d{1,3}$/.test(to) ? numberOf(addressOf(from).replace(/\d+$/, to)) : numberOf(to);
  if (last === undefined) return 'the range does not end with an IPv4 address';
  if (last < from) return 'the range ends before it begins';
  return last - from < MOST ? between(from, last) : `more than ${MOST} addresses`;
};

const expand = (target: string): readonly string[] | string => {
  const [, head = '', sign, tail = ''] = /^([^/-]+)(?:([/-])(.*))?$/.exec(target) ?? [];
  const base = numberOf(head);
  if (base === undefined) return 'not an IPv4 address, range or block';
  if (sign === '-') return range(base, tail);
  if (sign !== '/') return [addressOf(base)];
  return /^\d{1,2}$/.test(tail) ? block(base, Number(tail)) : 'not an IPv4 address, range or block';
};

/**
 * The addresses that a text names, each once and in its order: addresses, ranges (`10.0.0.5-9`) and blocks
 * (`10.0.0.0/24`) between commas or spaces. FLAG_INVALID for each part that is none of these.
 */
export const expandTargets = (text: string): readonly string[] | Problems => {
  const targets = text.split(/[\s,]+/).filter((target) => target !== '');
  const results = targets.map((target) => ({ target, result: expand(target) }));
  const problems = results.flatMap(({ target, result }) =>
    typeof result === 'string' ? [new Problem('FLAG_INVALID', `${target}: ${result}`)] : [],
  );
  if (problems.length > 0) return { problems };
  const addresses = [...new Set(results.flatMap(({ result }) => (typeof result === 'string' ? [] : result)))];
  if (addresses.length === 0)
    return { problems: [new Problem('FLAG_INVALID', 'no address is given', { hint: 'Like 10.20.0.0/24' })] };
  return addresses.length <= MOST
    ? addresses
    : { problems: [new Problem('FLAG_INVALID', `${addresses.length} addresses, at most ${MOST} at once`)] };
};
