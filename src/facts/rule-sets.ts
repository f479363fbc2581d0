import { asRoot, script } from '../engine/command.ts';
import type { Fact } from '../engine/fact.ts';

/** The machine's firewall rules by who keeps them. */
export interface RuleSets {
  /** The version of iptables, `1.8.9`, and the rules it writes. */
  readonly iptables: { readonly version: string; readonly backend: 'nf_tables' | 'legacy' };
  /** How many rules there are in each backend of iptables. */
  readonly legacy: number;
  readonly nft: number;
  /** Somebody drops what comes in and is not allowed. */
  readonly dropsInput: boolean;
}

// `-save` only tells what is there; `-L` and `-S` would make the tables that they list.
const READ = `version=$(iptables --version) || exit 0
echo "$version"
rules() { command -v "$1" >/dev/null && "$1" 2>/dev/null | grep -c '^-A'; }
[ -z "$(cat /proc/net/ip_tables_names 2>/dev/null)" ] || echo "legacy $(rules iptables-legacy-save)"
echo "nft $(rules iptables-nft-save)"
iptables-save 2>/dev/null | sed -n '/^\\*filter/,/^COMMIT/s/^:INPUT DROP.*/drops/p'
nft list chains 2>/dev/null | grep -q 'hook input.*policy drop' && echo drops
true`;

/** Which rules the machine has already, and which iptables wrote them. */
export const ruleSets: Fact<RuleSets | 'absent'> = {
  name: 'rule-sets',
  ask: asRoot(script(READ)),
  parse: (output) => {
    const [, version, , backend] = /^iptables v(\d[\d.]*)( \((legacy|nf_tables)\))?/.exec(output) ?? [];
    if (version === undefined) return 'absent';
    const countOf = (word: string): number =>
      Number(new RegExp(`^${word} (\\d{1,6})$`, 'm').exec(output)?.[1] ?? 0);
    return {
      iptables: { version, backend: backend === 'nf_tables' ? backend : 'legacy' },
      legacy: countOf('legacy'),
      nft: countOf('nft'),
      dropsInput: /^drops$/m.test(output),
    };
  },
};
