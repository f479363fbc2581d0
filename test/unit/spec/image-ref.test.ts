import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageName, readImageRef } from '../../../src/spec/image-ref.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('the reference of an image', () => {
  it.each([
    ['busybox:1.36', 'docker.io', 'library/busybox', '1.36'],
    ['rancher/k3s', 'docker.io', 'rancher/k3s', undefined],
    ['index.docker.io/busybox', 'docker.io', 'library/busybox', undefined],
    ['ghcr.io/a/b/c:v1', 'ghcr.io', 'a/b/c', 'v1'],
    ['registry.example:5000/name:1', 'registry.example:5000', 'name', '1'],
    ['localhost/name', 'localhost', 'name', undefined],
    ['cabinet:5000/name', 'cabinet:5000', 'name', undefined],
    ['Cabinet/name', 'Cabinet', 'name', undefined],
    ['[::1]:5000/name', '[::1]:5000', 'name', undefined],
  ])('%s is read as Docker reads it', (text, registry, repository, tag) => {
    const ref = readImageRef(`${text}@${DIGEST}`);
    expect(ref).toEqual({ registry, repository, digest: DIGEST, ...(tag ? { tag } : {}) });
  });

  it.each([
    'busybox:1.36',
    `@${DIGEST}`,
    `busybox@sha256:${'A'.repeat(64)}`,
    `busybox@sha512:${'a'.repeat(128)}`,
    `a/../b@${DIGEST}`,
    `a//b@${DIGEST}`,
    `ghcr.io/Upper@${DIGEST}`,
    `name:-tag@${DIGEST}`,
    `name:a:b@${DIGEST}`,
    `user:word@host/name@${DIGEST}`,
    `${'a/'.repeat(130)}b@${DIGEST}`,
    `https://ghcr.io/name@${DIGEST}`,
  ])('%s is none', (text) => {
    expect(readImageRef(text)).toBeUndefined();
  });

  const part = fc.stringMatching(/^[a-z0-9]{1,5}(([._]|__|-{1,3})[a-z0-9]{1,5}){0,2}$/);
  const registry = fc.constantFrom(
    'docker.io',
    'ghcr.io',
    'registry.example:5000',
    'localhost:1',
    'localhost',
  );
  const tag = fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined });

  it('what it is called is read as the same image again', () => {
    fc.assert(
      fc.property(registry, fc.array(part, { minLength: 1, maxLength: 4 }), tag, (host, parts, label) => {
        const text = `${host}/${parts.join('/')}${label === undefined ? '' : `:${label}`}@${DIGEST}`;
        const ref = readImageRef(text);
        if (!ref) throw new Error(`${text} is not read`);
        const [name = ''] = imageName(ref).split('@');
        expect(readImageRef(`${name}@${DIGEST}`)).toEqual(ref);
        expect(ref.tag).toBe(label);
      }),
    );
  });

  it('whatever is read has no part that leads out of a path', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9./:_-]{1,40}$/), (text) => {
        const ref = readImageRef(`${text}@${DIGEST}`);
        const parts = ref ? [...ref.repository.split('/'), ref.tag ?? 'x'] : [];
        expect(parts.filter((one) => one === '' || one.startsWith('.'))).toEqual([]);
      }),
    );
  });
});
