import { keepDecisions } from './keep-decisions.ts';
import { mintSecrets } from './mint-secrets.ts';
import { placeK3s } from './place-k3s.ts';
import { startAgent } from './start-agent.ts';
import { startServer } from './start-server.ts';

/** Every phase, by id in a playbook. */
export const phases = [keepDecisions, mintSecrets, placeK3s, startServer, startAgent] as const;
