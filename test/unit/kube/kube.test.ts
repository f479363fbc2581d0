import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { expect, it } from 'vitest';
import { kubeOver } from '../../../src/adapters/kube/kube.ts';
import { loopback } from '../../../src/adapters/kube/loopback.ts';
import { newAuthority, type Pair } from '../../../src/adapters/pki/certificates.ts';
import type { Shell } from '../../../src/ports/shell.ts';
import { Problem } from '../../../src/support/problem.ts';
import { clusterCase } from '../../support/cases.ts';

const [master] = clusterCase('crossing-17').hosts;
if (!master) throw new Error('crossing-17 has no hosts');

const lost = () => Promise.reject(new Problem('HOST_DISCONNECTED', 'the connection was lost', {}));
const shut = () => Promise.reject(new Problem('COMMAND_FAILED', '127.0.0.1:6443 does not answer', {}));

it('reaches a master over a new connection where the old one was lost, once', async () => {
  const { cert, key } = await newAuthority('test');
  const done: string[] = [];
  const dials = [lost, shut];
  const kube = kubeOver({
    open: async () => {
      done.push('open');
      return { dial: dials.shift() } as unknown as Shell;
    },
    drop: async () => {
      done.push('drop');
    },
    close: async () => {},
  });
  const access = { masters: [master], serverCa: cert, clientCa: cert, clientCaKey: key };
  expect(await kube.read(access, '/readyz')).toBe('');
  expect(done).toEqual(['open', 'drop', 'open']);
  kube.close();
});

it('tells a loopback that does not answer from a connection that was lost', async () => {
  const url = 'http://127.0.0.1:2381/metrics';
  expect(await loopback.get({ dial: shut } as unknown as Shell, url)).toBe('');
  await expect(loopback.get({ dial: lost } as unknown as Shell, url)).rejects.toMatchObject({
    code: 'HOST_DISCONNECTED',
  });
});

it('knows a cluster again whose CAs were minted anew since it asked first', async () => {
  const [old, now] = [await newAuthority('kubernetes'), await newAuthority('kubernetes')];
  const server = createServer({ cert: now.cert, key: now.key }, (_request, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const shell = { dial: async () => connect(port, '127.0.0.1') } as unknown as Shell;
  const kube = kubeOver({ open: async () => shell, drop: async () => {}, close: async () => {} });
  const accessBy = ({ cert, key }: Pair) => ({
    masters: [master],
    serverCa: cert,
    clientCa: cert,
    clientCaKey: key,
  });
  expect(await kube.read(accessBy(old), '/readyz')).toBe('');
  expect(await kube.read(accessBy(now), '/readyz')).toBe('ok');
  kube.close();
  server.close();
});
