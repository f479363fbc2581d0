import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lets } from '../../../src/domain/firewall/openings.ts';

const api = { port: 6443, protocol: 'tcp' } as const;

it.each([
  ['any', '6443', 'tcp', true],
  ['any', '6443', 'any', true],
  ['any', '6443', 'udp', false],
  ['any', '6000:7000', 'tcp', true],
  ['any', '80,443,6443', 'tcp', true],
  ['any', '2379:2380', 'tcp', false],
  ['10.20.0.0/24', 'any', 'any', true],
  ['10.20.0.0/28', '6443', 'tcp', true],
  ['10.20.0.7', '6443', 'tcp', true],
  ['10.20.0.8', '6443', 'tcp', false],
  ['10.20.1.0/24', 'any', 'any', false],
  ['fe80::/10', 'any', 'any', false],
])('from %s to %s by %s lets 10.20.0.7 in to the API: %s', (from, ports, protocol, wanted) => {
  expect(lets([{ from, ports, protocol }], '10.20.0.7', api)).toBe(wanted);
});

it('lets a whole network in only where all of it and every port is open', () => {
  const pods = '10.42.0.0/16';
  expect(lets([{ from: '10.42.0.0/16', ports: 'any', protocol: 'any' }], pods, 'any')).toBe(true);
  expect(lets([{ from: '10.0.0.0/8', ports: 'any', protocol: 'any' }], pods, 'any')).toBe(true);
  expect(lets([{ from: '10.42.0.0/24', ports: 'any', protocol: 'any' }], pods, 'any')).toBe(false);
  expect(lets([{ from: 'any', ports: '6443', protocol: 'tcp' }], pods, 'any')).toBe(false);
});

it('never shuts what another opening lets in', () => {
  const opening = fc.record({
    from: fc.constantFrom('any', '10.20.0.0/24', '10.20.0.7', '192.168.0.0/16'),
    ports: fc.constantFrom('any', '6443', '22', '6000:7000'),
    protocol: fc.constantFrom('any', 'tcp', 'udp'),
  });
  fc.assert(
    fc.property(fc.array(opening), opening, (some, more) => {
      if (lets(some, '10.20.0.7', api)) expect(lets([...some, more], '10.20.0.7', api)).toBe(true);
    }),
  );
});
