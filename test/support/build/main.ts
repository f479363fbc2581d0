import { buildEdgectl } from './build.ts';

await buildEdgectl();
