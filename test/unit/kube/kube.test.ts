import { expect, it } from 'vitest';
import { kubeOver } from '../../../src/adapters/kube/kube.ts';
import { loopback } from '../../../src/adapters/kube/loopback.ts';
import { newAuthority } from '../../../src/adapters/pki/certificates.ts';
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
