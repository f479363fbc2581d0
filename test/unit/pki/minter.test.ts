import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { minter } from '../../../src/adapters/pki/minter.ts';
import { SHIPPER } from '../../../src/commands/snapshots.ts';
import type { Mint } from '../../../src/engine/change.ts';

const DAY = 86_400_000;

it('makes an administrator for a year, and who fetches snapshots a member of nothing', async () => {
  const none = { secrets: new Map<string, string>(), outcomes: {} };
  const ca = await minter.mint({ name: 'client-ca', kind: 'ca' }, none);
  const have = { secrets: new Map(Object.entries(ca.secrets)), outcomes: ca.outcomes };
  const made = async (mint: Mint) => {
    const { outcomes } = await minter.mint(mint, have);
    const { subject, validTo } = new X509Certificate(outcomes[`${mint.name}.crt`] ?? '');
    return { subject, days: Math.round((Date.parse(validTo) - Date.now()) / DAY) };
  };
  expect(await made({ name: 'operator', kind: 'client' })).toEqual({
    subject: 'O=system:masters\nCN=edgectl-operator',
    days: 365,
  });
  expect(await made(SHIPPER)).toEqual({ subject: 'CN=edgectl:snapshots', days: 3650 });
});
