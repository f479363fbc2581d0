import { expect, it } from 'vitest';
import type { CheckDocument } from '../../../src/report/check.ts';
import { junitText } from '../../../src/report/junit.ts';

const check = { code: 'MEMORY', host: 'box-a', severity: 'error', ok: true, message: '3794 MiB' } as const;

it('a suite a host, a case a check: failures stand, waivers are skipped, warnings pass with their words', () => {
  const checks: CheckDocument['checks'] = [
    check,
    { ...check, code: 'PORTS', ok: false, message: 'taken: 6443/tcp by haproxy', hint: 'stop that program' },
    {
      ...check,
      code: 'DISK_FREE',
      host: 'box-b',
      ok: false,
      message: '12 MiB free',
      hint: 'k3s needs 1024 MiB there',
      waived: 'a demo',
    },
    {
      ...check,
      code: 'SWAP',
      host: 'box-b',
      severity: 'warning',
      ok: false,
      message: 'swaps',
      hint: 'do not',
    },
  ];
  expect(junitText({ checks })).toBe(`\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="edgectl check" tests="4" failures="1" errors="0" skipped="1">
  <testsuite name="box-a" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="box-a" name="MEMORY"><system-out>3794 MiB</system-out></testcase>
    <testcase classname="box-a" name="PORTS"><failure message="taken: 6443/tcp by haproxy">taken: 6443/tcp by haproxy; stop that program</failure></testcase>
  </testsuite>
  <testsuite name="box-b" tests="2" failures="0" errors="0" skipped="1">
    <testcase classname="box-b" name="DISK_FREE"><skipped message="waived: a demo"/></testcase>
    <testcase classname="box-b" name="SWAP"><system-out>warning: swaps; do not</system-out></testcase>
  </testsuite>
</testsuites>
`);
});

it('writes no character that XML has no place for', () => {
  const message = 'a <b> & "c"\n\td\u0007\u0000\u{D800}e \u{1F600}';
  const text = junitText({ checks: [{ ...check, host: '<h>"', ok: false, message }] });
  expect(text).toContain(
    '<failure message="a &lt;b&gt; &amp; &quot;c&quot;&#10;&#9;d\uFFFD\uFFFD\uFFFDe \u{1F600}">',
  );
  expect(text).toContain('<testsuite name="&lt;h&gt;&quot;"');
});
