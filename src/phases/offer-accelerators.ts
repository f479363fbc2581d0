import { DEVICE_PLUGINS, devicePlugin, devicePluginPath } from '../commands/device-plugin.ts';
import { RUNTIME_CLASSES, runtimeClass, runtimeClassPath } from '../commands/runtime-class.ts';
import type { Known } from '../decisions/index.ts';
import type { Accelerator } from '../domain/accelerators/accelerator.ts';
import { ACCELERATOR_LABEL, pluginImage } from '../domain/accelerators/of-hosts.ts';
import { accelerators } from '../domain/accelerators/registry.ts';
import { mastersOf } from '../domain/topology/roles.ts';
import { definePhase } from '../engine/phase.ts';
import { objectState, objectThere } from '../facts/object-state.ts';
import type { AcceleratorId } from '../spec/accelerators.ts';
import type { Cluster } from '../spec/cluster.ts';

const all = Object.values(accelerators);

/** k3s ships the classes of the runtimes that it looks for, soon after its API is up. */
const SHIPPED_WITHIN = 300;

/** Whether the operator has k3s ship none. */
const withoutClasses = ({ k3s }: Cluster): boolean =>
  [k3s.server['disable'] ?? []].flat().includes('runtimes');

const pluginFor = (cluster: Cluster, accelerator: Accelerator, image: string) => {
  const { id, plugin, runtime } = accelerator;
  const { command, env } = plugin;
  const config = plugin.config(cluster.gpu.shares);
  return devicePlugin({
    id,
    image,
    command,
    env,
    config,
    runtimeClass: runtime.name,
    label: ACCELERATOR_LABEL,
  });
};

const pluginFacts = (cluster: Cluster, known: Known) => {
  const facts = all.map((one) => {
    const wanted = pluginFor(cluster, one, pluginImage(cluster, known, one) ?? '');
    return [one.id, objectState(devicePluginPath(one.id), wanted)] as const;
  });
  return Object.fromEntries(facts) as Readonly<Record<AcceleratorId, (typeof facts)[number][1]>>;
};

const classFacts = () => {
  const facts = all.map(({ id, runtime }) => {
    const name = `${id}Class` as const;
    return [name, objectState(runtimeClassPath(runtime.name), {})] as const;
  });
  return Object.fromEntries(facts) as Readonly<Record<`${AcceleratorId}Class`, (typeof facts)[number][1]>>;
};

const inUse = (cluster: Cluster, known: Known): readonly Accelerator[] =>
  all.filter((one) => pluginImage(cluster, known, one) !== undefined);

const runtimesOf = (some: readonly Accelerator[]): readonly string[] => [
  ...new Set(some.map(({ runtime }) => runtime.name)),
];

/**
 * Runs the device plugin of each accelerator that a board has, with as many shares as the cluster file says, and takes away one that
 * no board has any more. The RuntimeClass is k3s's own, unless the operator has k3s leave it out.
 */
export const offerAccelerators = definePhase({
  id: 'offer-accelerators',
  title: 'Offer the accelerators to pods',
  hosts: (cluster: Cluster, known: Known) => mastersOf(cluster, known).slice(0, 1),

  facts: (cluster: Cluster, _host, known: Known) => ({ ...pluginFacts(cluster, known), ...classFacts() }),

  *plan({ cluster, known, facts }) {
    const used = inUse(cluster, known);
    const classless = used.filter(({ id }) => withoutClasses(cluster) && facts[`${id}Class`] === 'absent');
    for (const name of runtimesOf(classless))
      yield {
        says: `make the RuntimeClass ${name}`,
        run: { kube: { method: 'POST', path: RUNTIME_CLASSES, body: runtimeClass(name) } },
      };
    for (const one of all) {
      const is = facts[one.id];
      const image = pluginImage(cluster, known, one);
      if (image === undefined) {
        if (is !== 'absent')
          yield {
            says: `take away the device plugin for ${one.id}`,
            run: { kube: { method: 'DELETE', path: devicePluginPath(one.id) } },
          };
      } else if (is !== 'same')
        yield {
          says: `run the device plugin for ${one.id}`,
          run: {
            kube: {
              ...(is === 'absent'
                ? { method: 'POST', path: DEVICE_PLUGINS }
                : { method: 'PATCH', path: devicePluginPath(one.id) }),
              body: pluginFor(cluster, one, image),
            },
          },
        };
    }
  },

  until: ({ cluster, known }) =>
    runtimesOf(inUse(cluster, known)).map((name) =>
      objectThere(`there is the RuntimeClass ${name}`, runtimeClassPath(name), SHIPPED_WITHIN),
    ),
});
