import { DRILL_UNIT } from '../../support/drill-unit.ts';

const OBJECTS = '/api/v1/namespaces/kube-system/configmaps';

/** The ConfigMap that the writes of a drill go into, in the API. */
export const DRILL_OBJECT = `${OBJECTS}/${DRILL_UNIT}`;

/** What makes it, empty. */
export const makeDrillObject = {
  method: 'POST',
  path: OBJECTS,
  body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: DRILL_UNIT } },
} as const;

/** What takes it away with all that was written. */
export const removeDrillObject = { method: 'DELETE', path: DRILL_OBJECT } as const;

/** One write: a key that stays, so that it can be asked for afterwards. */
export const drillWrite = (key: string) =>
  ({ method: 'PATCH', path: DRILL_OBJECT, body: { data: { [key]: '' } } }) as const;
