import type { Control } from './debian-archive.ts';

/**
 * What the test's archive has for boards of an architecture: alternatives, providers, a ring, an epoch, two versions of one
 * library, and `top`, which cannot be had.
 */
export const testPackages = (arch: string): readonly Control[] => {
  const of = (Package: string, Version: string, more: Readonly<Record<string, string>> = {}) => ({
    Package,
    Version,
    Architecture: arch,
    ...more,
  });
  return [
    of('app', '1.0', {
      'Pre-Depends': 'base',
      Depends: 'libone (>= 1.2~), mta | nothing-has-this, helper:any, nowhere | ring-a, clock (>= 1:2)',
      Recommends: 'top',
    }),
    of('libone', '1.2'),
    of('libone', '1.10', { Depends: 'libtwo (= 1.10)' }),
    of('libtwo', '1.10'),
    of('mail-a', '1', { Provides: 'mta', Priority: 'optional' }),
    of('mail-b', '1', { Provides: 'mta (= 4)', Priority: 'standard' }),
    of('helper', '1~rc1', { 'Multi-Arch': 'allowed' }),
    of('ring-a', '1', { Depends: 'ring-b' }),
    of('ring-b', '1', { Depends: 'ring-a' }),
    of('clock', '1:2.0'),
    of('top', '3', { Depends: 'middle' }),
    of('middle', '2', { Depends: 'nowhere, libone (<< 1.0) | libone (>= 2)' }),
    of('clash', '1', { Conflicts: 'libtwo' }),
  ];
};
