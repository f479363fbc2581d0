import { describe, expect, it } from 'vitest';
import { rateOption } from '../../../src/cli/options.ts';

const rateOf = (text: string): unknown => rateOption().parseArg?.(text, undefined);

describe('--rate', () => {
  it('reads bytes a second with a unit', () => {
    expect(rateOf('20M')).toBe(20e6);
    expect(rateOf('1.5Mi')).toBe(1.5 * 2 ** 20);
    expect(rateOf('100K')).toBe(100e3);
  });

  it.each(['99K', '0', '-1M', '20M/s', 'fast', ''])('refuses %j', (text) => {
    expect(() => rateOf(text)).toThrow(/wanted/);
  });
});
