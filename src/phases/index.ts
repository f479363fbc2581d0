import { awaitDns } from './await-dns.ts';
import { awaitNodes } from './await-nodes.ts';
import { awaitServer } from './await-server.ts';
import { bringPackages } from './bring-packages.ts';
import { closeDrill } from './close-drill.ts';
import { deleteNode } from './delete-node.ts';
import { drainNode } from './drain-node.ts';
import { forgetCluster } from './forget-cluster.ts';
import { forgetPassword } from './forget-password.ts';
import { importImages } from './import-images.ts';
import { installPackages } from './install-packages.ts';
import { keepDecisions } from './keep-decisions.ts';
import { keepVip } from './keep-vip.ts';
import { labelNodes } from './label-nodes.ts';
import { loadModules } from './load-modules.ts';
import { mintSecrets } from './mint-secrets.ts';
import { noteBundle } from './note-bundle.ts';
import { offerAccelerators } from './offer-accelerators.ts';
import { openDrill } from './open-drill.ts';
import { openFirewall } from './open-firewall.ts';
import { placeContent } from './place-content.ts';
import { placeDns } from './place-dns.ts';
import { placeK3s } from './place-k3s.ts';
import { proveAccelerators } from './prove-accelerators.ts';
import { proveWorkers } from './prove-workers.ts';
import { pullNode } from './pull-node.ts';
import { refuseStolen } from './refuse-stolen.ts';
import { resetNode } from './reset-node.ts';
import { scaleDns } from './scale-dns.ts';
import { setClock } from './set-clock.ts';
import { setDefaultRoute } from './set-default-route.ts';
import { setHostname } from './set-hostname.ts';
import { setSysctl } from './set-sysctl.ts';
import { shipSnapshots } from './ship-snapshots.ts';
import { startAgent } from './start-agent.ts';
import { startDns } from './start-dns.ts';
import { startServer } from './start-server.ts';
import { stopSwap } from './stop-swap.ts';
import { syncClock } from './sync-clock.ts';
import { verifyCluster } from './verify-cluster.ts';
import { writeKubeconfig } from './write-kubeconfig.ts';

/** Every phase, by id in a playbook. */
export const phases = [
  setHostname,
  setClock,
  syncClock,
  loadModules,
  setSysctl,
  setDefaultRoute,
  openFirewall,
  stopSwap,
  keepDecisions,
  mintSecrets,
  noteBundle,
  bringPackages,
  installPackages,
  placeK3s,
  placeContent,
  importImages,
  startServer,
  keepVip,
  awaitServer,
  startAgent,
  awaitDns,
  placeDns,
  awaitNodes,
  labelNodes,
  offerAccelerators,
  proveAccelerators,
  proveWorkers,
  writeKubeconfig,
  startDns,
  scaleDns,
  shipSnapshots,
  verifyCluster,
  openDrill,
  pullNode,
  closeDrill,
  drainNode,
  refuseStolen,
  deleteNode,
  forgetPassword,
  resetNode,
  forgetCluster,
] as const;
