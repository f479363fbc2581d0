import { describe, expect, it } from 'vitest';
import { verdictOf } from '../support/audit/verdict.ts';

const report = (severity: string) => JSON.stringify({ vulnerabilities: { tar: { severity } } });

describe('the audit of dependencies', () => {
  it('fails for any hole in what ships, and for grave ones in what builds it', () => {
    expect(verdictOf(report('low'), true)).toEqual({
      ok: false,
      says: 'what edgectl ships: known holes in tar (low)',
    });
    expect(verdictOf(report('moderate'), false).ok).toBe(true);
    expect(verdictOf(report('high'), false)).toEqual({
      ok: false,
      says: 'what builds and tests it: known holes in tar (high)',
    });
    expect(verdictOf('{"vulnerabilities":{}}', true)).toEqual({
      ok: true,
      says: 'what edgectl ships: no known holes',
    });
  });

  it('says so where the registry has none, and nowhere else passes without an answer', () => {
    const refused = {
      message: '405 Method Not Allowed',
      statusCode: 405,
      error: { summary: '', detail: '' },
    };
    expect(verdictOf(JSON.stringify(refused), true)).toEqual({
      ok: true,
      says: 'what edgectl ships: not audited, because this registry answers 405 to audits; ask one that has them',
    });
    expect(verdictOf('{"error":{"code":"ENOTFOUND"}}', true).ok).toBe(true);
    expect(verdictOf('{"error":{"code":"ENOLOCK","summary":"no lock file"}}', true)).toEqual({
      ok: false,
      says: 'what edgectl ships: npm audit failed: no lock file',
    });
    expect(verdictOf('', true).ok).toBe(false);
  });
});
