import type { File } from '../engine/change.ts';
import { secret, type Text, text } from '../engine/command.ts';

/** k3s's configuration, and the drop-in and file for a machine whose own resolv.conf is of no use to pods. */
const CONFIG = '/etc/rancher/k3s/config.yaml';
const RESOLV_DROP_IN = '/etc/rancher/k3s/config.yaml.d/50-edgectl-resolv-conf.yaml';
const KUBELET_DROP_IN = '/etc/rancher/k3s/config.yaml.d/50-edgectl-kubelet.yaml';
const RUNTIME_DROP_IN = '/etc/rancher/k3s/config.yaml.d/50-edgectl-default-runtime.yaml';
const RESOLV_CONF = '/etc/rancher/k3s/resolv.conf';

type Values = Readonly<Record<string, string | number | boolean | readonly (string | number)[]>>;

const HEADER =
  '# Written by edgectl, which puts it back when it is edited: change the cluster file instead.\n';

// JSON is YAML, and quotes what YAML would take for something else, such as a token that looks like a number.
const lines = (values: Values): string =>
  Object.entries(values)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
    .join('');

const configFile = (secrets: Text, values: Values): File => ({
  path: CONFIG,
  mode: '0600',
  content: [HEADER, ...secrets, lines(values)],
});

/** How a node joins: the address of a server, and the hash of the CA that the token pins. */
export interface Join {
  readonly server: string;
  readonly caHash: string;
}

/** A node's name and address. */
export interface Identity {
  readonly name: string;
  readonly address: string;
}

/** The name of the secret that agents register with. */
interface AgentToken {
  readonly agentToken: string;
}

/** Where the passed-through values of the operator stand: they win over `defaults`, and lose against edgectl's own. */
interface Operator {
  readonly defaults: Values;
  readonly operator: Values;
}

const identity = ({ name, address }: Identity): Values => ({ 'node-name': name, 'node-ip': address });

/** The configuration of an agent, which registers with the agents' own token. */
export const agentConfig = (of: Identity & Operator & AgentToken & { readonly join: Join }): File =>
  configFile(text`token: "K10${of.join.caHash}::node:${secret(of.agentToken)}"\n`, {
    ...of.defaults,
    ...of.operator,
    server: `https://${of.join.server}:6443`,
    ...identity(of),
  });

/** The configuration of a server. Without `join` it founds the cluster; with it, it joins the server there. */
export const serverConfig = (
  of: Identity &
    Operator &
    AgentToken & {
      readonly join?: Join;
      readonly clusterInit: boolean;
      readonly sans: readonly string[];
      readonly taints: readonly string[];
      /** etcd only: no API, no controllers, no scheduler. */
      readonly witness: boolean;
    },
): File => {
  const token = of.join
    ? text`token: "K10${of.join.caHash}::server:${secret('server-token')}"\n`
    : text`token: "${secret('server-token')}"\n`;
  return configFile([...token, ...text`agent-token: "${secret(of.agentToken)}"\n`], {
    ...of.defaults,
    ...of.operator,
    ...(of.join ? { server: `https://${of.join.server}:6443` } : {}),
    ...(of.clusterInit && !of.join ? { 'cluster-init': true } : {}),
    ...identity(of),
    'advertise-address': of.address,
    'tls-san': of.sans,
    ...(of.taints.length > 0 ? { 'node-taint': of.taints } : {}),
    ...(of.witness
      ? { 'disable-apiserver': true, 'disable-controller-manager': true, 'disable-scheduler': true }
      : {}),
  });
};

/** The drop-in that gives pods a resolv.conf of ours: without it k3s would write one with public resolvers. */
export const resolvDropIn: File = {
  path: RESOLV_DROP_IN,
  mode: '0644',
  content: [lines({ 'resolv-conf': RESOLV_CONF })],
};

/** The drop-in that adds a flag to those that the operator may have given the kubelet. */
export const kubeletDropIn = (flag: string): File => ({
  path: KUBELET_DROP_IN,
  mode: '0644',
  content: [lines({ 'kubelet-arg+': [flag] })],
});

/** The drop-in that has pods run with a container runtime which they do not name. */
export const defaultRuntimeDropIn = (runtime: string): File => ({
  path: RUNTIME_DROP_IN,
  mode: '0644',
  content: [lines({ 'default-runtime': runtime })],
});

/** That resolv.conf, with one name server. */
export const resolvConfFile = (server: string): File => ({
  path: RESOLV_CONF,
  mode: '0644',
  content: [`nameserver ${server}\n`],
});
