import * as form from './formats.ts';

/** A block of IPv4 addresses, as numbers; `last` is in it. */
export interface Block {
  readonly first: number;
  readonly last: number;
}

const numberOf = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

/** The block of a CIDR such as `10.42.0.0/16`; undefined when it is none or its address lies inside the block. */
export const readCidr = (text: string): Block | undefined => {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (
    rest.length > 0 ||
    !form.address.safeParse(address).success ||
    !/^([0-9]|[12][0-9]|3[0-2])$/.test(bits)
  ) {
    return undefined;
  }
  const size = 2 ** (32 - Number(bits));
  const first = numberOf(address);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
};

/** Whether an address lies in a block. */
export const contains = ({ first, last }: Block, address: string): boolean => {
  const number = numberOf(address);
  return number >= first && number <= last;
};

/** Whether two blocks share an address. */
export const overlap = (one: Block, other: Block): boolean =>
  one.first <= other.last && other.first <= one.last;
