import type { Agent } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { createSecureContext, type SecureContext, connect as tlsConnect } from 'node:tls';
import type { KubeWrite } from '../../engine/change.ts';
import type { Kube, KubeAccess } from '../../ports/kube.ts';
import type { Shells } from '../../ports/shells.ts';
import type { Host } from '../../spec/cluster.ts';
import { Problem } from '../../support/problem.ts';
import { type Answer, dialledAgent, exchange } from './dialled.ts';

const WITHIN_MS = 10_000;
const HOUR = 3_600_000;
const PORT = 6443;
// 429 to an eviction means that a disruption budget allows none just now: pods elsewhere must become Ready first.
const EVICTION_TRIES = 60;
const EVICTION_PAUSE_MS = 2_000;

const reason = ({ status, body }: Answer): string => {
  try {
    return String(JSON.parse(body).message);
  } catch {
    return `HTTP ${status}`;
  }
};

// A server that is still starting, or whose etcd has lost its quorum, says so with these; another master may do better.
const tryElsewhere = ({ status }: Answer) => status === 401 || status === 429 || status >= 500;

// The library behind it takes a tenth of a second to load: hosts answer meanwhile.
const certified = async ({ serverCa, clientCa, clientCaKey }: KubeAccess): Promise<SecureContext> => {
  const { clientCertificate } = await import('../pki/certificates.ts');
  const { key, cert } = await clientCertificate({
    name: 'edgectl',
    groups: ['system:masters'],
    ca: { cert: clientCa, key: clientCaKey },
    validMs: 24 * HOUR,
  });
  return createSecureContext({ ca: serverCa, key, cert });
};

/** The Kubernetes API through SSH to `127.0.0.1:6443` of each master in turn, with a certificate made for this run. */
export const kubeOver = (shells: Shells): Kube => {
  const agents = new Map<string, Agent>();
  let credentials: Promise<SecureContext> | undefined;
  let certifiedBy = '';
  let favourite: string | undefined;

  /** A connection that was lost meanwhile is opened anew, once. */
  const dial = async (master: Host): Promise<Duplex> => {
    const once = async () => (await shells.open(master)).dial('127.0.0.1', PORT);
    return once().catch(async (error: unknown) => {
      if (!(error instanceof Problem && error.code === 'HOST_DISCONNECTED')) throw error;
      await shells.drop(master);
      return once();
    });
  };

  const hangUp = (): void => {
    for (const agent of agents.values()) agent.destroy();
    agents.clear();
  };

  // CAs that a killed run had half kept are minted anew, and what was made of the old ones opens nothing.
  const credentialsFor = (access: KubeAccess): Promise<SecureContext> => {
    const by = [access.serverCa, access.clientCa, access.clientCaKey].join('\n');
    if (!credentials || by !== certifiedBy) {
      hangUp();
      credentials = certified(access);
      certifiedBy = by;
    }
    return credentials;
  };

  const agentFor = (master: Host, access: KubeAccess): Agent => {
    const mine = credentialsFor(access);
    const known = agents.get(master.key);
    if (known) return known;
    const agent = dialledAgent(async () => {
      const [socket, secureContext] = await Promise.all([dial(master), mine]);
      return tlsConnect({
        socket,
        secureContext,
        servername: 'kubernetes',
        ALPNProtocols: ['http/1.1'],
      });
    }, true);
    agents.set(master.key, agent);
    return agent;
  };

  const requestOf = (write: KubeWrite | { readonly method: 'GET'; readonly path: string }) => {
    const type = write.method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const body = 'body' in write && write.body !== undefined ? JSON.stringify(write.body) : undefined;
    const headers = {
      accept: 'application/json',
      ...(body === undefined
        ? {}
        : { 'content-type': type, 'content-length': String(Buffer.byteLength(body)) }),
    };
    return { method: write.method, path: write.path, headers, ...(body === undefined ? {} : { body }) };
  };

  /** The first usable answer of any master; the last useless one, or undefined, when there is none. */
  const call = async (
    access: KubeAccess,
    write: KubeWrite | { readonly method: 'GET'; readonly path: string },
  ) => {
    const request = requestOf(write);
    let useless: Answer | undefined;
    const order = [...access.masters].sort(
      (a, b) => Number(b.key === favourite) - Number(a.key === favourite),
    );
    for (const master of order) {
      try {
        const answer = await exchange(agentFor(master, access), request, WITHIN_MS);
        if (!tryElsewhere(answer)) {
          favourite = master.key;
          return answer;
        }
        useless = answer;
      } catch {
        agents.get(master.key)?.destroy();
        agents.delete(master.key);
      }
    }
    return useless;
  };

  return {
    async read(access, path) {
      const answer = await call(access, { method: 'GET', path });
      return answer?.status === 200 ? answer.body : '';
    },
    async write(access, write) {
      const isEviction = write.path.endsWith('/eviction');
      let answer = await call(access, write);
      for (let tries = 1; isEviction && answer?.status === 429 && tries < EVICTION_TRIES; tries++) {
        await setTimeout(EVICTION_PAUSE_MS);
        answer = await call(access, write);
      }
      if (answer && answer.status < 300) return;
      if (answer?.status === 404 && (write.method === 'DELETE' || isEviction)) return;
      const what = `${write.method} ${write.path}`;
      if (!answer || answer.status >= 500)
        throw new Problem('CLUSTER_UNREACHABLE', `${what}: ${answer ? reason(answer) : 'no master answers'}`);
      throw new Problem('KUBE_REFUSED', `${what}: ${reason(answer)}`);
    },
    async attempt(access, write, { from, address, withinMs }) {
      const mine = credentialsFor(access);
      let over = false;
      const agent = dialledAgent(async () => {
        const [socket, secureContext] = await Promise.all([
          shells.open(from).then((shell) => shell.dial(address, PORT)),
          mine,
        ]);
        if (over) {
          // Nobody waits for it any more, so nobody would close it.
          socket.destroy();
          throw new Error('too late');
        }
        return tlsConnect({ socket, host: address, secureContext, ALPNProtocols: ['http/1.1'] });
      }, false);
      try {
        return (await exchange(agent, requestOf(write), withinMs)).status;
      } catch {
        return 0;
      } finally {
        over = true;
        agent.destroy();
      }
    },
    close: hangUp,
  };
};
