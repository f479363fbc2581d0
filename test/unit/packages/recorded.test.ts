import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readApkInstalled } from '../../../src/domain/packages/apk-installed.ts';
import { readCopyright } from '../../../src/domain/packages/copyright.ts';
import { readDpkgStatus } from '../../../src/domain/packages/dpkg-status.ts';
import { readOsRelease } from '../../../src/domain/packages/os-release.ts';

interface Case {
  readonly source: string;
  readonly kind: keyof typeof READERS;
  readonly text: string;
  readonly value: unknown;
}

const READERS = {
  'dpkg-status': readDpkgStatus,
  'apk-installed': readApkInstalled,
  'os-release': readOsRelease,
  copyright: readCopyright,
} as const;
const folder = new URL('../../../fixtures/packages/', import.meta.url);

describe('what a system has installed', () => {
  it.each(readdirSync(folder))('%s', (name) => {
    const { source, kind, text, value } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Case;
    expect(source).toMatch(/^(recorded|constructed|published: https:)/);
    expect(READERS[kind](text) ?? 'absent').toEqual(value);
  });
});
