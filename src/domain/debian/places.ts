import { join } from 'node:path';

/** A suite that ends in "/" is a folder of a flat archive, without components (sources.list(5)). */
export const isFlat = (suite: string): boolean => suite.endsWith('/');

/** Where a file of an archive lies, `path` being in its words: an address is encoded as apt does it. */
export const placeIn = (archive: string, path: string): string => {
  const steps = path.split('/').filter((step) => step !== '' && step !== '.');
  return /^https?:\/\//i.test(archive)
    ? [archive.replace(/\/+$/, ''), ...steps.map(encodeURIComponent)].join('/')
    : join(archive, ...steps);
};

/** The folder of a release in its archive. */
export const releaseFolder = (suite: string): string => (isFlat(suite) ? suite : `dists/${suite}`);
